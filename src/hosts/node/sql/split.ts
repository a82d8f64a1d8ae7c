/**
 * Splits a string of SQL at its top-level semicolons. `node:sqlite` compiles only the first statement of a
 * string, and Cloudflare runs them all.
 */
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|;|\?\d*|[A-Za-z_]\w*|\s+|[\s\S]/g;

export function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let start = 0;
  let words: string[] = [];
  let depth = 0;
  for (const match of sql.matchAll(TOKEN)) {
    const token = match[0];
    if (/^[A-Za-z_]/.test(token)) {
      const word = token.toUpperCase();
      if (words.length < 4) words.push(word);
      if (isTrigger(words)) depth += nesting(word);
    } else if (token === ";" && depth <= 0) {
      if (words.length > 0) statements.push(sql.slice(start, match.index).trim());
      start = match.index + 1;
      words = [];
      depth = 0;
    }
  }
  if (words.length > 0) statements.push(sql.slice(start).trim());
  return statements;
}

/** How many values a statement takes: `?` and `?3` count, as they do for SQLite. */
export function countParameters(sql: string): number {
  let count = 0;
  for (const match of sql.matchAll(TOKEN)) {
    const token = match[0];
    if (!token.startsWith("?")) continue;
    count = token.length > 1 ? Math.max(count, Number(token.slice(1))) : count + 1;
  }
  return count;
}

/** A trigger's body holds statements of its own, between BEGIN and END. */
function isTrigger(words: string[]): boolean {
  return (
    words[0] === "CREATE" &&
    (words[1] === "TRIGGER" || (/^TEMP(ORARY)?$/.test(words[1] ?? "") && words[2] === "TRIGGER"))
  );
}

function nesting(word: string): number {
  if (word === "BEGIN" || word === "CASE") return 1;
  return word === "END" ? -1 : 0;
}
