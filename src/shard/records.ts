/** Records as they are told: stored cells, and those of computed fields as of now. */
import { type Cell, evaluateExpr, type Field, jsonOfTyped, RowView } from "../engine/index.ts";
import type { Evaluator } from "./evaluator.ts";
import type { StoredRecord } from "./interface.ts";
import { type Row, recordOf } from "./rows.ts";

export class Records {
  readonly #evaluator: Evaluator;
  readonly #now: () => number;

  constructor(evaluator: Evaluator, now: () => number) {
    this.#evaluator = evaluator;
    this.#now = now;
  }

  /** Makes records with the cells of these fields only; all without. */
  maker(fields?: readonly number[]): (row: Row) => StoredRecord {
    const stored = recordOf(fields);
    const computed = this.#computed(fields);
    if (computed.length === 0) return stored;
    const moment = this.#evaluator.moment(this.#now());
    return (row) => {
      const view = new RowView(row.cells ?? [], this.#evaluator.around);
      const record = stored(row);
      const cells: Cell[] = [...record.cells];
      for (const { id, type, expr } of row.cells === null ? [] : computed) {
        while (cells.length <= id) cells.push(null);
        cells[id] = jsonOfTyped(type, evaluateExpr(expr, view, moment));
      }
      return { ...record, cells };
    };
  }

  of(row: Row): StoredRecord {
    return this.maker()(row);
  }

  /** A change of what a computed field reads is a change of it. */
  readBy(fields: readonly number[]): number[] {
    return [...new Set(fields.flatMap((id) => this.#evaluator.storedFieldsOf(id)))];
  }

  #computed(fields: readonly number[] | undefined): (Field & { expr: NonNullable<Field["expr"]> })[] {
    const all = this.#evaluator.computedFields;
    return fields === undefined ? [...all] : all.filter(({ id }) => fields.includes(id));
  }
}
