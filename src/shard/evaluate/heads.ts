/**
 * For each chunk of a field the smallest value above a border that moves up as time passes: what the clock asks of
 * every chunk for every window, while nearly all of them have the same answer as the time before. Kept apart from the
 * columns, which need not be loaded for it.
 */

/** The smallest value of a chunk above another; null where there is none. */
type Find = (chunk: number, value: number) => number | null;

/** Nobody asked yet: the next question finds out. */
const UNKNOWN = Number.POSITIVE_INFINITY;
/** Many borders that are not asked about any more: all are forgotten. */
const MOST_BORDERS = 4_096;

class Border {
  /** The value that was asked about, by chunk, and the smallest above it (infinite: none). */
  #asked = new Float64Array(0);
  #heads = new Float64Array(0);

  /** The smallest value above `value`; infinite where there is none. */
  above(chunk: number, value: number, find: Find): number {
    if (chunk >= this.#asked.length) this.#grow(chunk + 1);
    const head = this.#heads[chunk] as number;
    if ((this.#asked[chunk] as number) <= value && value < head) return head;
    const found = find(chunk, value) ?? Number.POSITIVE_INFINITY;
    this.#asked[chunk] = value;
    this.#heads[chunk] = found;
    return found;
  }

  /** A row of the chunk has this value now. Values that went are found out when the border reaches them. */
  came(chunk: number, value: number): void {
    if (chunk >= this.#asked.length) return;
    if (value > (this.#asked[chunk] as number) && value < (this.#heads[chunk] as number)) this.#heads[chunk] = value;
  }

  forget(chunk: number): void {
    if (chunk < this.#asked.length) this.#asked[chunk] = UNKNOWN;
  }

  #grow(chunks: number): void {
    const asked = new Float64Array(chunks + 8).fill(UNKNOWN);
    const heads = new Float64Array(chunks + 8);
    asked.set(this.#asked);
    heads.set(this.#heads);
    this.#asked = asked;
    this.#heads = heads;
  }
}

export class Heads {
  /** By field, then by what the border is of. */
  readonly #fields = new Map<number, Map<string, Border>>();
  #size = 0;

  /** The border of this name; values that are asked of it should rise. */
  border(field: number, name: string): Border {
    const known = this.#fields.get(field)?.get(name);
    if (known) return known;
    if (this.#size >= MOST_BORDERS) this.clear();
    this.#size++;
    const border = new Border();
    this.#fields.set(field, (this.#fields.get(field) ?? new Map<string, Border>()).set(name, border));
    return border;
  }

  get fields(): Iterable<number> {
    return this.#fields.keys();
  }

  has(field: number): boolean {
    return this.#fields.has(field);
  }

  /** A row of the chunk has this value in the field now. */
  came(field: number, chunk: number, value: number): void {
    for (const border of this.#fields.get(field)?.values() ?? []) border.came(chunk, value);
  }

  /** Rows of the chunk came without their values being looked at. */
  forget(chunk: number): void {
    for (const ofField of this.#fields.values()) for (const border of ofField.values()) border.forget(chunk);
  }

  /** Fields are others. */
  clear(): void {
    this.#fields.clear();
    this.#size = 0;
  }
}
