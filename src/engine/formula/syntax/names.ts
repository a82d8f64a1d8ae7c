/** How names are written in formulas: plain words as they are, all else in backticks. */

const WORD = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;

/** Words of the language, in any case; fields of these names are written in backticks. */
export const RESERVED: ReadonlySet<string> = new Set(["and", "or", "not", "true", "false", "null"]);

export function writtenName(name: string): string {
  const plain = WORD.test(name) && !RESERVED.has(name.toLowerCase());
  return plain ? name : `\`${name.replaceAll("`", "``")}\``;
}

export const writtenPath = (relation: string, field: string): string =>
  `${writtenName(relation)}.${writtenName(field)}`;
