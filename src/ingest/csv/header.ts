/** The names of fields, from the cells of a file's first row. */

export interface Header {
  readonly names: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Trimmed, otherwise as they stand; an empty one becomes `column_3` by its place, a repeated one
 * `name_2`. A name that stands in the file as it is keeps it, so that names never depend on their order alone.
 */
export function fieldNames(cells: readonly string[]): Header {
  const given = cells.map((cell) => cell.trim());
  const taken = new Set(given);
  const used = new Set<string>();
  const notes: string[] = [];
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
    const name = number === 1 ? base : `${base}_${number}`;
    if (!taken.has(name)) return name;
  }
}
