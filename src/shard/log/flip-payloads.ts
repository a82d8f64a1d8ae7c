/** How flips are stored: of one entry all segments, or of one segment several entries. What is older has forms of its own. */
import { ByteReader, ByteWriter, isAscending } from "./row-numbers.ts";

/** Row numbers that entered and left a segment. */
export interface Flips {
  readonly entered: readonly number[];
  readonly left: readonly number[];
}

export interface FlipEntry extends Flips {
  readonly seq: number;
}

/** `entries`: how many are in the payload; null in the forms that hold one. */
export interface StoredFlips {
  readonly seq: number;
  readonly entries: number | null;
  readonly payload: string | ArrayBuffer;
}

/** One entry: its segments with who entered and left each, those without anybody left out. */
export function packEntry(flips: ReadonlyMap<string, Flips>): Uint8Array {
  const writer = new ByteWriter();
  const moved = [...flips].filter(([, { entered, left }]) => entered.length + left.length > 0);
  writer.number(moved.length);
  for (const [segment, { entered, left }] of moved) {
    writer.ascii(segment);
    writer.rows(ascending(entered));
    writer.rows(ascending(left));
  }
  return writer.bytes;
}

export function unpackEntry(payload: ArrayBuffer): Map<string, Flips> {
  const reader = new ByteReader(new Uint8Array(payload));
  const flips = new Map<string, Flips>();
  for (let left = reader.number(); left > 0; left--)
    flips.set(reader.ascii(), { entered: reader.rows(), left: reader.rows() });
  return flips;
}

/** Entries of one segment, oldest first. */
export function packEntries(entries: readonly FlipEntry[]): Uint8Array {
  const writer = new ByteWriter();
  let before = 0;
  for (const { seq, entered, left } of entries) {
    writer.number(seq - before);
    writer.rows(ascending(entered));
    writer.rows(ascending(left));
    before = seq;
  }
  return writer.bytes;
}

/** Oldest first. */
export function unpackEntries({ seq, entries, payload }: StoredFlips): FlipEntry[] {
  if (typeof payload === "string") {
    const [entered, left] = JSON.parse(payload) as [number[], number[]];
    return [{ seq, entered, left }];
  }
  const reader = new ByteReader(new Uint8Array(payload));
  if (entries === null) return [{ seq, entered: reader.rows(), left: reader.rows() }];
  const found: FlipEntry[] = [];
  for (let at = 0; found.length < entries; ) {
    at += reader.number();
    found.push({ seq: at, entered: reader.rows(), left: reader.rows() });
  }
  return found;
}

const ascending = (rows: readonly number[]): readonly number[] =>
  isAscending(rows) ? rows : [...new Set(rows)].sort((a, b) => a - b);
