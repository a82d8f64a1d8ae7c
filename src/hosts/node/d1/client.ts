/** `D1Database` over calls that reach the D1 service, on this thread or by message. */
import type { D1Database, D1PreparedStatement, D1Result } from "../../../platform/types.ts";
import type { D1Query, D1Rows, D1Value } from "./service.ts";

/** `method` is one of the service's. */
export type D1Call = (method: "query" | "batch" | "exec", argument: unknown) => Promise<unknown>;

export function d1Database(call: D1Call): D1Database {
  return {
    prepare: (sql) => new Statement(call, { sql, params: [] }),
    batch: async <Row>(statements: D1PreparedStatement[]) => {
      const queries = statements.map((statement) => (statement as Statement).query);
      return ((await call("batch", queries)) as D1Rows[]).map((rows) => asResult<Row>(rows));
    },
    exec: async (sql) => {
      const before = performance.now();
      const count = (await call("exec", sql)) as number;
      return { count, duration: performance.now() - before };
    },
  };
}

class Statement implements D1PreparedStatement {
  readonly query: D1Query;
  readonly #call: D1Call;

  constructor(call: D1Call, query: D1Query) {
    this.#call = call;
    this.query = query;
  }

  bind(...values: unknown[]): D1PreparedStatement {
    return new Statement(this.#call, { sql: this.query.sql, params: values.map(checked) });
  }

  async all<Row = Record<string, unknown>>(): Promise<D1Result<Row>> {
    return asResult<Row>(await this.#rows());
  }

  run<Row = Record<string, unknown>>(): Promise<D1Result<Row>> {
    return this.all<Row>();
  }

  async first<Value>(column?: string): Promise<Value | null> {
    const { results } = await this.all();
    const row = results[0];
    if (row === undefined) return null;
    if (column === undefined) return row as Value;
    if (!(column in row)) throw new Error(`D1_COLUMN_NOTFOUND: Column not found (${column})`);
    return row[column] as Value;
  }

  async raw<Row extends unknown[] = unknown[]>(options?: { columnNames?: boolean }): Promise<Row[]> {
    const { columns, rows } = await this.#rows();
    return (options?.columnNames ? [[...columns], ...rows] : rows) as Row[];
  }

  #rows(): Promise<D1Rows> {
    return this.#call("query", this.query) as Promise<D1Rows>;
  }
}

function asResult<Row>({ columns, rows, changes, lastRowId, durationMs }: D1Rows): D1Result<Row> {
  const results = rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])) as Row);
  const meta = { changes, last_row_id: lastRowId, duration: durationMs, rows_read: rows.length, rows_written: changes };
  return { results, success: true, meta };
}

function checked(value: unknown): D1Value {
  if (value === null || ["string", "number", "boolean"].includes(typeof value)) return value as D1Value;
  if (value instanceof ArrayBuffer || value instanceof Uint8Array || Array.isArray(value)) return value;
  throw new Error(`D1_TYPE_ERROR: Type '${typeof value}' not supported for value '${String(value)}'`);
}
