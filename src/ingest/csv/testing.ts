/** For tests: files in memory. */

import type { RejectedRow } from "../interface.ts";
import { inspectFile } from "./index.ts";
import type { FileLayout, ReadRange } from "./layout.ts";
import { CsvReader, type CsvReaderOptions, type CsvRecord } from "./reader.ts";

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export function rangesOf(file: Uint8Array): ReadRange {
  return async (offset, length) => file.subarray(offset, offset + length);
}

export interface EveryRow {
  readonly records: CsvRecord[];
  readonly rejects: RejectedRow[];
  readonly short: number;
}

/** Reads to the end in batches of `maxRows`. */
export async function readAll(
  file: Uint8Array,
  options: Omit<CsvReaderOptions, "bytes">,
  maxRows = 100,
): Promise<EveryRow> {
  const reader = CsvReader.open(rangesOf(file), { ...options, bytes: file.length });
  const all = { records: [] as CsvRecord[], rejects: [] as RejectedRow[], short: 0 };
  for (;;) {
    const batch = await reader.next(maxRows);
    all.records.push(...batch.records);
    all.rejects.push(...batch.rejects);
    all.short += batch.short;
    if (batch.done) return all;
  }
}

/** Rows of a text without a header, cut at commas. */
export function readRows(text: string, columns: number, options: Partial<CsvReaderOptions> = {}): Promise<EveryRow> {
  const dialect = { encoding: "utf-8", delimiter: ",", columns } as const;
  return readAll(bytesOf(text), { dialect, offset: 0, line: 1, ...options });
}

/** A file inspected and read, as an import does it. Throws on a problem. */
export async function importAll(file: Uint8Array): Promise<EveryRow & { readonly layout: FileLayout }> {
  const outcome = await inspectFile(rangesOf(file), file.length);
  if (!outcome.ok) throw new Error(`${outcome.problem.code}: ${outcome.problem.detail}`);
  const { layout } = outcome.value;
  return { layout, ...(await readAll(file, { dialect: layout, ...layout.start })) };
}
