/** The sync object's one row of state: what it follows, how far it is, what holds it up. */
import type { SqlStorage, SqlValue } from "../../../platform/types.ts";
import type { SyncConfig } from "./ports.ts";

export type Phase = "new" | "snapshot" | "sweep" | "deltas";

export interface SyncRow {
  readonly config: SyncConfig | null;
  readonly phase: Phase;
  /** Rises with each snapshot. Records of an older one are swept after it. */
  readonly generation: number;
  readonly sweep_after: string;
  /** The generation whose large removal a person agreed to. */
  readonly removal_confirmed: number;
  readonly paused: boolean;
  /** Since when it withdraws what it sent; null when it was not deleted. */
  readonly ending_since: number | null;
  readonly failed: boolean;
  readonly error_code: string | null;
  readonly error_detail: string | null;
  /** When the shards are asked next for what is new. */
  readonly look_at: number;
  readonly read_attempt: number;
  readonly read_not_before: number;
  readonly send_attempt: number;
  readonly send_not_before: number;
  /** Everything until this moment was read. */
  readonly caught_up_at: number | null;
  readonly last_synced_at: number | null;
  readonly audience_id: string | null;
  /** Identifiers the platform holds: kept by triggers on `audience`. */
  readonly held: number;
}

type Stored = Omit<SyncRow, "config" | "sweep_after" | "paused" | "failed"> & {
  readonly config: string | null;
  readonly sweep_after: string | null;
  readonly paused: number;
  readonly failed: number;
};
export type SyncPatch = Partial<Omit<SyncRow, "held">>;

export class SyncRowStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  read(): SyncRow {
    const row = this.#sql.exec<Stored>("SELECT * FROM sync").one();
    return {
      ...row,
      config: row.config === null ? null : JSON.parse(row.config),
      sweep_after: row.sweep_after ?? "",
      paused: row.paused === 1,
      failed: row.failed === 1,
    };
  }

  patch(patch: SyncPatch): void {
    const names = Object.keys(patch) as (keyof SyncPatch)[];
    const assignments = names.map((name) => `${name} = ?`).join(", ");
    this.#sql.exec(`UPDATE sync SET ${assignments}`, ...names.map((name) => toSql(patch[name])));
  }
}

function toSql(value: SyncPatch[keyof SyncPatch]): SqlValue {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  return value ?? null;
}
