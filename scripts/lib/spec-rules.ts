/** Ties the numbered rules of docs/spec to the tests that prove them. Pure. */

/** An id with the file it stands in. */
export interface Mention {
  readonly id: string;
  readonly file: string;
}

const RULE = /^- \*\*([A-Z]{1,2}\d+[a-z]?)\*\* /gm;
const ID = /\b[A-Z]{1,2}\d+[a-z]?\b/g;
const CALL = /\b(?:test|it|describe)(?:\.\w+)*\s*(?:\(|\)\s*\()\s*(["'`])((?:\\.|(?!\1)[^\\])*)\1/g;
/** A name that stands elsewhere: after `test.each(…)(`, in a table of cases, in a call of a test's own helper. */
const LEADING = /(["'`])([A-Z]{1,2}\d+[a-z]?(?:,? (?:and )?[A-Z]{1,2}\d+[a-z]?)*)(?=:? )(?:\\.|(?!\1)[^\\\n])*\1/g;

const prefixOf = (id: string): string => id.replace(/\d.*$/, "");

/** The rules of one page: lines of the form `- **Q12** Sentence.` */
export function rulesOf(file: string, text: string): Mention[] {
  return [...text.matchAll(RULE)].map((match) => ({ id: match[1] ?? "", file }));
}

/** The ids that the names of one file's tests cite, of the prefixes that the rules use. */
export function citationsOf(file: string, source: string, prefixes: ReadonlySet<string>): Mention[] {
  const names = [
    ...[...source.matchAll(CALL)].map((match) => match[2] ?? ""),
    ...[...source.matchAll(LEADING)].map((match) => match[2] ?? ""),
  ];
  const ids = new Set(names.flatMap((name) => name.match(ID) ?? []));
  return [...ids].filter((id) => prefixes.has(prefixOf(id))).map((id) => ({ id, file }));
}

/** What is wrong, one sentence each: rules said twice, rules without a test, tests of rules that are not there. */
export function compareRules(rules: readonly Mention[], cited: readonly Mention[]): string[] {
  const known = new Map<string, string>();
  const wrong: string[] = [];
  for (const { id, file } of rules) {
    const before = known.get(id);
    if (before !== undefined) wrong.push(`${file}: rule ${id} stands in ${before} already`);
    known.set(id, file);
  }
  const proved = new Set(cited.map(({ id }) => id));
  for (const [id, file] of known) if (!proved.has(id)) wrong.push(`${file}: no test's name contains ${id}`);
  for (const { id, file } of cited)
    if (!known.has(id)) wrong.push(`${file}: cites ${id}, which is no rule in docs/spec`);
  return wrong;
}

export const prefixesOf = (rules: readonly Mention[]): Set<string> => new Set(rules.map(({ id }) => prefixOf(id)));
