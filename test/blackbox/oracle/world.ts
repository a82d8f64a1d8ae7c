/** What the naive evaluator knows of a dataset: its types, what its rows point at, what points at them, and the moment. */
import type { Data, Group } from "../wire.ts";
import type { FieldType } from "./values.ts";

export interface World {
  types: Readonly<Record<string, FieldType>>;
  zone: string;
  /** Epoch milliseconds; needed where something reads the clock. */
  now?: number;
  /** Formulas of computed fields, whose types are among `types`. */
  computed?: Readonly<Record<string, string>>;
  /** By relation name: the record of `table` whose key this row's field holds. */
  lookups?: Readonly<Record<string, { field: string; table: Table }>>;
  /** By reverse name: the rows of `table` whose field holds this row's key. */
  related?: Readonly<Record<string, { field: string; table: Table }>>;
  /** The queries of this dataset's segments, by id. */
  segments?: Readonly<Record<string, Group>>;
  /** The key field. */
  key?: string;
}

export interface Table {
  world: World;
  rows: ReadonlyMap<string, Data>;
}

export const keyOf = (row: Data, world: World): string => String(row[world.key ?? "id"]);
