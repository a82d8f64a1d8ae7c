/** Row numbers that enter and leave, by segment, while they are found. */
import type { Bitmap, Words } from "../../engine/index.ts";
import type { Flips } from "../log.ts";

export type FlipMap = ReadonlyMap<string, Flips>;

export class FlipBuilder {
  readonly #flips = new Map<string, { entered: number[]; left: number[] }>();

  /** Both, the first one's rows before the other's. */
  static joined(a: FlipMap, b: FlipMap): FlipMap {
    const both = new Map(a);
    for (const [id, { entered, left }] of b) {
      const before = both.get(id);
      both.set(
        id,
        before ? { entered: [...before.entered, ...entered], left: [...before.left, ...left] } : { entered, left },
      );
    }
    return both;
  }

  /** True when the row's membership is another than before. */
  put(segment: string, members: Bitmap, row: number, member: boolean): boolean {
    if (members.has(row) === member) return false;
    this.#of(segment)[member ? "entered" : "left"].push(row);
    return true;
  }

  leave(segment: string, row: number): void {
    this.#of(segment).left.push(row);
  }

  /** The rows of a chunk in which two sets of members differ. */
  difference(segment: string, chunk: number, before: Words, after: Words): void {
    for (let word = 0; word < before.length; word++) {
      const changed = (before[word] as number) ^ (after[word] as number);
      for (let bits = changed; bits !== 0; bits &= bits - 1) {
        const bit = 31 - Math.clz32(bits & -bits);
        const entered = ((after[word] as number) >>> bit) & 1;
        this.#of(segment)[entered ? "entered" : "left"].push(chunk * 65_536 + word * 32 + bit);
      }
    }
  }

  get map(): FlipMap {
    return this.#flips;
  }

  #of(segment: string): { entered: number[]; left: number[] } {
    const known = this.#flips.get(segment);
    if (known) return known;
    const flips = { entered: [], left: [] };
    this.#flips.set(segment, flips);
    return flips;
  }
}

/** A page of deltas never splits an entry, and must fit into one answer on every host. */
const FLIPS_AN_ENTRY = 2_000;

/** One segment's flips in entries of bounded size: who leaves, then who enters. */
export function* boundedFlips({ left, entered }: Flips): Generator<Flips, void, undefined> {
  for (let at = 0; at < left.length; at += FLIPS_AN_ENTRY) {
    yield { entered: [], left: left.slice(at, at + FLIPS_AN_ENTRY) };
  }
  for (let at = 0; at < entered.length; at += FLIPS_AN_ENTRY) {
    yield { entered: entered.slice(at, at + FLIPS_AN_ENTRY), left: [] };
  }
}
