/** A program that does nothing: what starting Node with TypeScript costs. */
