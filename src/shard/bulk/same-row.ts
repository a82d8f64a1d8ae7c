/** Whether a packed row would change another one: bytes and numbers are compared as they are, cells only where they differ. */
import { type Field, type PackedColumn, type PackedRows, sameValue } from "../../engine/index.ts";

/** Compares rows of a batch with rows of one page. */
export class RowComparison {
  readonly #pairs: { readonly field: Field; readonly a: PackedColumn; readonly b: PackedColumn | null }[] = [];

  constructor(batch: PackedRows, page: PackedRows, fields: ReadonlyMap<number, Field>) {
    for (const [at, id] of batch.fields.entries()) {
      const field = fields.get(id);
      const other = page.fields.indexOf(id);
      if (field) this.#pairs.push({ field, a: batch.columns[at] as PackedColumn, b: page.columns[other] ?? null });
    }
  }

  isSame(row: number, other: number): boolean {
    for (const { field, a, b } of this.#pairs) {
      if (b !== null && isIdentical(a, row, b, other)) continue;
      if (!sameValue(field, b === null ? null : b.cell(other), a.cell(row))) return false;
    }
    return true;
  }
}

function isIdentical(a: PackedColumn, row: number, b: PackedColumn, other: number): boolean {
  const isFilled = a.isFilled(row);
  if (isFilled !== b.isFilled(other)) return false;
  if (!isFilled) return a.odd.size === 0 && b.odd.size === 0;
  if (a.kind !== b.kind) return false;
  if (!a.isText) return a.value(row) === b.value(other);
  const from = a.offsets[row] as number;
  const start = b.offsets[other] as number;
  const length = (a.offsets[row + 1] as number) - from;
  if ((b.offsets[other + 1] as number) - start !== length) return false;
  for (let byte = 0; byte < length; byte++) if (a.bytes[from + byte] !== b.bytes[start + byte]) return false;
  return true;
}
