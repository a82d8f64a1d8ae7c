/** One row as conditions see it: each field is read and folded at most once. */
import type { ValueView } from "../predicates/index.ts";
import { foldText } from "../values/fold.ts";
import { typedValue } from "../values/typed-value.ts";
import type { Cell, FieldType, TypedValue } from "../values/types.ts";

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
  readonly #views: (FieldView | undefined)[] = [];

  constructor(cells: RowCells) {
    this.#cells = cells;
  }

  field(id: number, type: FieldType): FieldView {
    let view = this.#views[id];
    if (view === undefined) {
      view = new FieldView(typedValue({ type }, this.#cells[id]));
      this.#views[id] = view;
    }
    return view;
  }
}
