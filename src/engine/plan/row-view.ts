/** One row as conditions see it: each field is read and folded at most once. */
import type { ValueView } from "../predicates/index.ts";
import { foldText } from "../values/fold.ts";
import { typedValue } from "../values/typed-value.ts";
import type { Cell, FieldType, TypedValue } from "../values/types.ts";
import { isLookupField } from "./lookup-field.ts";
import type { Surroundings } from "./surroundings.ts";

export type RowCells = readonly (Cell | undefined)[];

export class FieldView implements ValueView {
  readonly value: TypedValue;
  #folded: string | readonly string[] | undefined;

  constructor(value: TypedValue) {
    this.value = value;
  }

  get folded(): string | readonly string[] {
    this.#folded ??= foldAny(this.value);
    return this.#folded;
  }
}

function foldAny(value: TypedValue): string | readonly string[] {
  return Array.isArray(value) ? value.map(foldText) : foldText(value as string);
}

export class RowView {
  readonly #cells: RowCells;
  readonly #around: Surroundings;
  readonly #views: (FieldView | undefined)[] = [];
  readonly #lookups = new Map<number, FieldView>();

  constructor(cells: RowCells, around: Surroundings) {
    this.#cells = cells;
    this.#around = around;
  }

  /** A stored field, or a looked-up one by its virtual id. */
  field(id: number, type: FieldType): FieldView {
    if (isLookupField(id)) return this.#lookup(id, type);
    let view = this.#views[id];
    if (view === undefined) {
      view = new FieldView(typedValue({ type }, this.#cells[id]));
      this.#views[id] = view;
    }
    return view;
  }

  /** As formulas ask. */
  value(id: number, type: FieldType): TypedValue {
    return this.field(id, type).value;
  }

  #lookup(id: number, type: FieldType): FieldView {
    let view = this.#lookups.get(id);
    if (view === undefined) {
      view = new FieldView(typedValue({ type }, this.#around.lookup(id, this.#cells)));
      this.#lookups.set(id, view);
    }
    return view;
  }
}
