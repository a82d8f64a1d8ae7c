/**
 * When a field becomes a date, or its dates get another format, the texts that are stored in it are read
 * again: cells are ISO, and only whoever writes them knows formats. Goes on in the background, a few rows at a time, as
 * ordinary writes: segments, log and feed see them like any other. Where it stands is stored.
 */
import { type Field, storedCell, typedValue } from "../engine/index.ts";
import type { ObjectStorage } from "../platform/types.ts";
import type { Catalogue, RowWrite } from "./interface.ts";
import type { Row, Rows } from "./rows.ts";
import type { Slices } from "./yield.ts";

const ROWS_A_STEP = 500;

export class Recaster {
  readonly #storage: ObjectStorage;
  readonly #rows: Rows;

  constructor(storage: ObjectStorage, rows: Rows) {
    this.#storage = storage;
    this.#rows = rows;
  }

  get #sql() {
    return this.#storage.sql;
  }

  get waiting(): boolean {
    return this.#sql.exec<{ n: number }>("SELECT count(*) AS n FROM recasts").one().n > 0;
  }

  /** Inside a transaction: notes what has to be read again. */
  plan(fields: readonly Field[]): void {
    const stored = this.#sql.exec<{ field: number; form: string }>("SELECT field, form FROM field_forms").toArray();
    const before = new Map(stored.map(({ field, form }) => [field, form]));
    for (const field of fields) {
      const form = `${field.type} ${field.format ?? ""}`;
      const old = before.get(field.id);
      if (old === form) continue;
      this.#sql.exec("INSERT OR REPLACE INTO field_forms (field, form) VALUES (?, ?)", field.id, form);
      if (old !== undefined && isDated(field)) {
        this.#sql.exec("INSERT OR REPLACE INTO recasts (field, next) VALUES (?, 0)", field.id);
      }
    }
  }

  /** Until nothing is left. `write` makes one ordinary write of it. */
  async run(catalogue: Catalogue, write: (rows: RowWrite[]) => void, slices: Slices): Promise<void> {
    for (let due = this.#due(); due; due = this.#due()) {
      this.#step(due, catalogue, write);
      await slices.next();
    }
  }

  #due(): { field: number; next: number } | undefined {
    return this.#sql.exec<{ field: number; next: number }>("SELECT field, next FROM recasts LIMIT 1").toArray()[0];
  }

  /** Rows first, then the place: a crash in between reads some rows again, which changes nothing. */
  #step(due: { field: number; next: number }, catalogue: Catalogue, write: (rows: RowWrite[]) => void): void {
    const field = catalogue.fields.find((one) => one.id === due.field);
    const rows = [...this.#rows.range(due.next, Number.MAX_SAFE_INTEGER, ROWS_A_STEP)];
    const writes = field ? rows.flatMap((row) => recast(row, field, catalogue.time_zone)) : [];
    if (writes.length > 0) write(writes);
    const last = rows.at(-1);
    if (!field || !last || rows.length < ROWS_A_STEP) this.#sql.exec("DELETE FROM recasts WHERE field = ?", due.field);
    else this.#sql.exec("UPDATE recasts SET next = ? WHERE field = ?", last.row + 1, due.field);
  }
}

function isDated(field: Field): boolean {
  return field.type === "date" || field.type === "datetime";
}

/** The write that a row needs, if its text can be read now. */
function recast(row: Row, field: Field, timeZone: string): RowWrite[] {
  const cell = row.cells?.[field.id] ?? null;
  if (typeof cell !== "string" || typedValue(field, cell) !== null) return [];
  const read = storedCell(field, cell, timeZone);
  return read === cell ? [] : [{ key: row.key, cells: [[field.id, read]] }];
}
