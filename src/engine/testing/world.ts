/** A few rows under every evaluator at once, around the border of two chunks. Tests only. */
import { decodeColumn } from "../columns/build.ts";
import { PackedChunk } from "../columns/packed.ts";
import { ColumnStore, type RowSource } from "../columns/store.ts";
import { compile } from "../plan/compile.ts";
import { collectMatches, evaluateColumns } from "../plan/evaluate-columns.ts";
import { evaluateRow } from "../plan/evaluate-row.ts";
import { SegmentSet } from "../plan/segment-set.ts";
import type { Query } from "../query/ast.ts";
import { parseQuery } from "../query/parse.ts";
import type { Cell, Field } from "../values/types.ts";
import { oracleMatches } from "./oracle.ts";

/** Among the dates of the pools, so that windows have something in them. */
const NOW = Date.parse("2024-03-10T12:00:00Z");

export const FIRST_ROW = 65_536 - 20;

type Json = Record<string, unknown>;

export class World {
  readonly rows = new Map<number, Cell[]>();
  readonly store: ColumnStore;
  readonly segments: SegmentSet;
  readonly queries = new Map<string, { json: Json; query: Query }>();
  readonly schema: Field[];
  readonly timeZone: string;

  constructor(schema: Field[], timeZone: string) {
    this.schema = schema;
    this.timeZone = timeZone;
    this.store = new ColumnStore(schema);
    this.segments = new SegmentSet({ fields: schema, timeZone });
  }

  readonly source: RowSource = (chunk) => [...this.rows].filter(([row]) => row >>> 16 === chunk).reverse();

  setQuery(id: string, json: Json): void {
    const parsed = parseQuery(json, { fields: this.schema });
    if (!parsed.ok) throw new Error(`${JSON.stringify(json)}: ${parsed.problem.detail}`);
    this.queries.set(id, { json, query: parsed.value });
    this.segments.set(id, parsed.value);
  }

  removeQuery(id: string): void {
    this.queries.delete(id);
    this.segments.delete(id);
  }

  write(row: number, cells: Cell[], changed: number[] | null): void {
    this.rows.set(row, cells);
    this.store.put(row, cells, changed);
  }

  remove(row: number): void {
    this.rows.delete(row);
    this.store.remove(row);
  }

  /** Every loaded column goes through its bytes. */
  recode(): void {
    for (const { id } of this.schema) {
      for (let chunk = 0; chunk < this.store.chunkCount; chunk++) {
        const column = this.store.column(id, chunk);
        if (column !== undefined) this.store.setColumn(id, chunk, decodeColumn(column.encode()));
      }
    }
  }

  /** Every loaded text column becomes packed bytes, which so few rows would never be by themselves. */
  repack(): void {
    for (const { id, type } of this.schema) {
      for (let chunk = 0; type === "text" && chunk < this.store.chunkCount; chunk++) {
        const column = this.store.column(id, chunk);
        if (column === undefined) continue;
        const values = Array.from({ length: 65_536 }, (_, index) => column.get(index));
        this.store.setColumn(id, chunk, PackedChunk.build(values));
      }
    }
  }

  /** What disagrees, in words; null when everything agrees. */
  disagreement(observe?: (member: boolean) => void): string | null {
    const moment = { now: NOW, timeZone: this.timeZone };
    const context = { fields: this.schema, ...moment };
    for (const [id, { json, query }] of this.queries) {
      const plan = compile(query, context);
      const columns = collectMatches(evaluateColumns(plan, this.store, { moment, source: this.source }));
      let members = 0;
      for (const [row, cells] of this.rows) {
        const expected = oracleMatches(json, cells, context);
        observe?.(expected);
        members += Number(expected);
        const answers = {
          columns: columns.has(row),
          row: evaluateRow(plan, cells, moment),
          set: this.segments.evaluateRow(cells, null, moment).get(id),
        };
        for (const [name, answer] of Object.entries(answers)) {
          if (answer === expected) continue;
          return `${name} says ${answer}: ${JSON.stringify({ json, cells, schema: this.schema, zone: this.timeZone })}`;
        }
      }
      if (columns.size !== members) return `columns match ${columns.size - members} rows that do not exist`;
    }
    return null;
  }
}
