/** What YAML would take for something else than text. */
const WORDS = /^(true|false|null|yes|no|on|off|y|n|nan|inf)$/i;

/** A text as a YAML scalar that is read back as the same text. */
export const scalar = (text: string): string =>
  /^[A-Za-z/][A-Za-z0-9 _./@+-]*$/.test(text) && text.trim() === text && !WORDS.test(text)
    ? text
    : JSON.stringify(text);

export const flowList = (texts: readonly string[]): string =>
  `[${texts.map((text) => (/^[A-Za-z/][A-Za-z0-9_./@+-]*$/.test(text) && !WORDS.test(text) ? text : JSON.stringify(text))).join(', ')}]`;
