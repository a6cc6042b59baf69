/** One thing that has to be known of what is made. */
export interface Question<K extends string> {
  /** Option that answers it. */
  readonly option: K;
  /** As a person is asked: `Cost centre`. */
  readonly text: string;
  /** What holds when nobody says otherwise. Default: it has to be said. */
  readonly otherwise?: string;
  /** What is wrong with an answer, as a clause. */
  wrong(answer: string): string | undefined;
}

/** Asks a person, where there is one. */
export type Ask = (question: string) => Promise<string>;

export type Answers<K extends string> = Readonly<Record<K, string>>;

/**
 * Answers of all questions: those given, those of the person, the defaults; or a sentence for each that is missing or
 * wrong. A person is asked again until the answer is right.
 */
export async function answersTo<K extends string>(
  questions: readonly Question<K>[],
  given: Readonly<Partial<Record<K, string>>>,
  ask: Ask | undefined,
): Promise<{ readonly answers: ReadonlyMap<K, string> } | { readonly problems: readonly string[] }> {
  const answers = new Map<K, string>();
  const problems: string[] = [];
  for (const question of questions) {
    const { option } = question;
    const said = given[option];
    if (said !== undefined) {
      const wrong = question.wrong(said);
      if (wrong === undefined) answers.set(option, said);
      else problems.push(`--${option}: "${said}" ${wrong}`);
    }
  }
  // Whoever answers questions wants to know before that a flag was wrong.
  if (problems.length > 0) return { problems };
  for (const question of questions) {
    const { option, otherwise } = question;
    if (answers.has(option)) continue;
    if (ask) answers.set(option, await asked(question, ask));
    else if (otherwise !== undefined) answers.set(option, otherwise);
    else problems.push(`--${option} is missing: ${question.text}`);
  }
  return problems.length > 0 ? { problems } : { answers };
}

async function asked({ text, otherwise, wrong }: Question<string>, ask: Ask): Promise<string> {
  const hint = otherwise === undefined ? '' : ` [${otherwise === '' ? 'none' : otherwise}]`;
  let complaint = '';
  for (;;) {
    const answer = (await ask(`${complaint}${text}${hint}: `)).trim();
    if (answer === '' && otherwise !== undefined) return otherwise;
    const problem = answer === '' ? 'is empty' : wrong(answer);
    if (problem === undefined) return answer;
    complaint = `  "${answer}" ${problem}\n`;
  }
}
