/** The names of fields, from the cells of a file's first row. */
import { MAX_NAME_CHARS } from "./layout.ts";

export interface Header {
  readonly names: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Trimmed, otherwise as they stand up to 200 characters; an empty one becomes `column_3` by its place, a repeated one
 * `name_2`. A name that stands in the file as it is keeps it, so that names never depend on their order alone.
 */
export function fieldNames(cells: readonly string[]): Header {
  const notes: string[] = [];
  const given = cells.map((cell, at) => {
    const name = cell.trim();
    if (name.length <= MAX_NAME_CHARS) return name;
    notes.push(`The name of column ${at + 1} has ${name.length} characters and was cut to ${MAX_NAME_CHARS}.`);
    return name.slice(0, MAX_NAME_CHARS).toWellFormed().trim();
  });
  const taken = new Set(given);
  const used = new Set<string>();
  const names = given.map((name, at) => {
    if (name !== "" && !used.has(name)) {
      used.add(name);
      return name;
    }
    const base = name === "" ? `column_${at + 1}` : name;
    const made = freeName(base, name === "" ? 1 : 2, taken);
    taken.add(made);
    used.add(made);
    notes.push(
      name === ""
        ? `Column ${at + 1} has no name in the header and is called “${made}”.`
        : `The header names “${name}” more than once; column ${at + 1} is called “${made}”.`,
    );
    return made;
  });
  return { names, notes };
}

/** `base` itself for 1, else `base_n` from `n` on: the first that is free. */
function freeName(base: string, n: number, taken: ReadonlySet<string>): string {
  for (let number = n; ; number++) {
    const ending = number === 1 ? "" : `_${number}`;
    const name = base.slice(0, MAX_NAME_CHARS - ending.length).toWellFormed() + ending;
    if (!taken.has(name)) return name;
  }
}
