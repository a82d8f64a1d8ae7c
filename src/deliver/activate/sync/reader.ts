/**
 * From the shards' logs to the ledger: a snapshot first, deltas from the position of its first page on. Each page
 * is one transaction: records, marks and cursor together, so that a crash repeats a page or does not.
 */
import type { Cell } from "../../../engine/index.ts";
import type { Problem } from "../../../platform/problem.ts";
import type { ObjectStorage } from "../../../platform/types.ts";
import type { StoredRecord } from "../../../shard/interface.ts";
import { within } from "../../deadline.ts";
import type { Connector } from "../connector.ts";
import { LOOK_EVERY_MS, needsConfirmation } from "./decide.ts";
import type { Change, Ledger, Wish } from "./ledger.ts";
import type { SyncConfig, SyncPorts } from "./ports.ts";
import type { Runs } from "./runs.ts";
import type { SyncRowStore } from "./sync-row.ts";

const PAGE = 1000;
/** Cloudflare allows six open connections. */
const AT_ONCE = 6;
const SWEEP_PAGE = 1000;
const SLICE = 500;
const TIMEOUT_MS = 60_000;
/** How soon a segment is looked at again that is still being computed. */
const COMPUTING_MS = 500;

/** What stopped a round. `wait_ms` is set when nothing is wrong and it just has to wait. */
export interface ReadTrouble {
  readonly code: string;
  readonly detail: string;
  readonly wait_ms: number | null;
}

/** A shard's row: where the log is followed from (null before the snapshot's first page), and the snapshot's last row. */
interface ShardRow {
  readonly shard: number;
  readonly seq: number | null;
  readonly watched: number | null;
  readonly shown: number | null;
  readonly after: number;
}

interface Page {
  readonly wishes: readonly Wish[];
  readonly left: readonly string[];
}

interface ReaderParts {
  readonly storage: ObjectStorage;
  readonly ports: SyncPorts;
  readonly rows: SyncRowStore;
  readonly ledger: Ledger;
  readonly runs: Runs;
}

export class Reader {
  readonly #parts: ReaderParts;
  /** The pass that runs: when it began, and which shards are not at their end yet. */
  #pass: { readonly began: number; readonly waiting: Set<number> } | null = null;
  #pokes = 0;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  get midPass(): boolean {
    const { phase } = this.#parts.rows.read();
    return this.#pass !== null || phase === "snapshot" || phase === "sweep";
  }

  /** Something may have changed since the pass that runs began. */
  poked(): void {
    this.#pokes++;
  }

  /** Begins a snapshot, whose end sweeps what it did not show. Inside the caller's transaction. */
  beginSnapshot(shardCount: number): void {
    const { rows, storage } = this.#parts;
    rows.patch({ phase: "snapshot", generation: rows.read().generation + 1, look_at: 0 });
    storage.sql.exec("DELETE FROM shards");
    const shards = JSON.stringify(Array.from({ length: shardCount }, (_, shard) => shard));
    storage.sql.exec("INSERT INTO shards (shard) SELECT value FROM json_each(?)", shards);
    this.#pass = null;
  }

  /** One page of some shards at once. Null when it went well. */
  async round(config: SyncConfig, connector: Connector): Promise<ReadTrouble | null> {
    const { rows, storage } = this.#parts;
    if (rows.read().phase === "new") storage.transactionSync(() => this.beginSnapshot(config.shard_count));
    const snapshot = rows.read().phase === "snapshot";
    const shards = snapshot ? this.#snapshotShards() : this.#passShards();
    const read = (shard: ShardRow) =>
      snapshot ? this.#readMembers(config, connector, shard) : this.#readDeltas(config, connector, shard);
    const troubles = await Promise.all(shards.map((shard) => this.#guarded(() => read(shard))));
    const trouble = troubles.find((one) => one !== null) ?? null;
    if (trouble?.code === "resync_required") return this.#resync(config);
    if (trouble === null) this.#finish(snapshot);
    return trouble;
  }

  /** Removes what the newest snapshot did not show, a page at a time. Null when a person must agree first. */
  sweep(): { readonly leaving: number; readonly held: number } | null {
    const { storage, rows, ledger } = this.#parts;
    const { generation, removal_confirmed, sweep_after, held } = rows.read();
    if (sweep_after === "" && removal_confirmed < generation) {
      const leaving = ledger.leavingWith(generation);
      if (needsConfirmation(leaving, held)) return { leaving, held };
    }
    storage.transactionSync(() => this.#sweepPage(sweep_after, generation));
    return null;
  }

  #sweepPage(after: string, generation: number): void {
    const { rows, ledger } = this.#parts;
    const page = ledger.recordsAfter(after, SWEEP_PAGE);
    const stale = page.filter((record) => record.generation < generation).map((record) => record.key);
    this.#apply({ wishes: [], left: stale }, generation);
    const last = page.at(-1)?.key;
    rows.patch(page.length < SWEEP_PAGE || !last ? { phase: "deltas", sweep_after: "" } : { sweep_after: last });
  }

  async #readMembers(config: SyncConfig, connector: Connector, shard: ShardRow): Promise<ReadTrouble | null> {
    const { ports, rows, storage } = this.#parts;
    const { generation } = rows.read();
    const request = {
      version: config.catalogue_version,
      segment_id: config.segment_id,
      after: shard.after,
      limit: PAGE,
      fields: Object.values(config.mapping),
    };
    const answer = await ports.readMembers({ dataset_id: config.dataset_id, shard: shard.shard }, request);
    if (!answer.ok) return troubleOf(answer.problem);
    const { records, last, done, seq } = answer.value;
    const wishes = await wishesOf(records, config, connector);
    this.#commit(generation, shard, () => {
      this.#apply({ wishes, left: [] }, generation);
      this.#parts.ledger.markMissing(wishes.map((wish) => wish.key));
      storage.sql.exec(
        `UPDATE shards SET seq = coalesce(seq, ?1), watched = coalesce(watched, ?1), shown = ?1, after = ?2,
           snapshot_done = ?3 WHERE shard = ?4`,
        seq,
        last,
        done ? 1 : 0,
        shard.shard,
      );
    });
    return null;
  }

  async #readDeltas(config: SyncConfig, connector: Connector, shard: ShardRow): Promise<ReadTrouble | null> {
    const { ports, rows, storage } = this.#parts;
    const { generation } = rows.read();
    const answer = await ports.readDeltas(
      { dataset_id: config.dataset_id, shard: shard.shard },
      {
        version: config.catalogue_version,
        segment_id: config.segment_id,
        from: { seq: shard.seq ?? 0, watched: shard.watched ?? 0, shown: shard.shown ?? 0 },
        limit: PAGE,
        watch: Object.values(config.mapping),
        fields: Object.values(config.mapping),
      },
    );
    if (!answer.ok) return troubleOf(answer.problem);
    const { entered, updated, left, position, has_more } = answer.value;
    const { seq, watched } = position;
    const wishes = await wishesOf([...entered, ...updated], config, connector);
    const committed = this.#commit(generation, shard, () => {
      this.#apply({ wishes, left: left.map((record) => record.key) }, generation);
      if (seq === shard.seq && watched === shard.watched) return;
      storage.sql.exec("UPDATE shards SET seq = ?, watched = ? WHERE shard = ?", seq, watched, shard.shard);
    });
    if (committed && !has_more) this.#pass?.waiting.delete(shard.shard);
    return null;
  }

  /** What was read before a new snapshot began, or comes so late that another read was quicker, is dropped. */
  #commit(generation: number, read: ShardRow, write: () => void): boolean {
    const { rows, storage } = this.#parts;
    const { generation: current, ending_since } = rows.read();
    const shard = this.#shards("true").find((row) => row.shard === read.shard);
    const fresh = shard?.seq === read.seq && shard.watched === read.watched && shard.after === read.after;
    if (current !== generation || ending_since !== null || !fresh) return false;
    storage.transactionSync(write);
    return true;
  }

  /** In slices, as an entry of the log is never split and SQLite takes 2 MB a value. */
  #apply({ wishes, left }: Page, generation: number): void {
    for (let at = 0; at < left.length; at += SLICE) {
      this.#applySlice({ wishes: [], left: left.slice(at, at + SLICE) }, generation);
    }
    for (let at = 0; at < wishes.length; at += SLICE) {
      this.#applySlice({ wishes: wishes.slice(at, at + SLICE), left: [] }, generation);
    }
  }

  #applySlice(page: Page, generation: number): void {
    const { ledger, runs, ports } = this.#parts;
    const before = ledger.wishesOf([...page.wishes.map((wish) => wish.key), ...page.left]);
    const changes = changesOf(page, before);
    const unusable = page.wishes.filter((wish) => wish.reason !== null && wish.reason !== before.get(wish.key)?.reason);
    ledger.putWishes(page.wishes, generation);
    ledger.forget(page.left);
    ledger.mark(changes);
    if (changes.length + unusable.length > 0) runs.unusable(runs.open(ports.now()), unusable);
  }

  #finish(snapshot: boolean): void {
    if (snapshot) this.#finishSnapshot();
    else if (this.#pass?.waiting.size === 0) this.#finishPass(this.#pass.began);
  }

  #finishSnapshot(): void {
    const { rows } = this.#parts;
    if (this.#snapshotShards().length > 0) return;
    rows.patch(rows.read().generation === 1 ? { phase: "deltas" } : { phase: "sweep", sweep_after: "" });
  }

  #finishPass(began: number): void {
    this.#pass = null;
    const quiet = this.#pokes === 0;
    this.#parts.rows.patch(quiet ? { caught_up_at: began, look_at: began + LOOK_EVERY_MS } : { caught_up_at: began });
  }

  #resync(config: SyncConfig): null {
    this.#parts.storage.transactionSync(() => this.beginSnapshot(config.shard_count));
    return null;
  }

  #snapshotShards(): ShardRow[] {
    return this.#shards("snapshot_done = 0").slice(0, AT_ONCE);
  }

  #passShards(): ShardRow[] {
    const shards = this.#shards("true");
    if (this.#pass === null) {
      this.#pass = { began: this.#parts.ports.now(), waiting: new Set(shards.map((row) => row.shard)) };
      this.#pokes = 0;
    }
    const { waiting } = this.#pass;
    return shards.filter((row) => waiting.has(row.shard)).slice(0, AT_ONCE);
  }

  #shards(condition: "true" | "snapshot_done = 0"): ShardRow[] {
    const query = `SELECT shard, seq, watched, shown, after FROM shards WHERE ${condition} ORDER BY shard`;
    return this.#parts.storage.sql.exec<ShardRow>(query).toArray();
  }

  async #guarded(read: () => Promise<ReadTrouble | null>): Promise<ReadTrouble | null> {
    try {
      return await within(TIMEOUT_MS, read);
    } catch (error) {
      const detail = `The segment's members could not be read (${messageOf(error)}). The sync tries again by itself.`;
      return { code: "shard_unavailable", detail, wait_ms: null };
    }
  }
}

/** Which identifiers a page concerns: those its records had, and those they have now. */
function changesOf(page: Page, before: ReadonlyMap<string, Wish>): Change[] {
  const changes: Change[] = [];
  for (const { key, identifier } of page.wishes) {
    const old = before.get(key)?.identifier ?? null;
    if (old === identifier) continue;
    if (old !== null) changes.push({ identifier: old, key, action: "remove" });
    if (identifier !== null) changes.push({ identifier, key, action: "add" });
  }
  for (const key of page.left) {
    const old = before.get(key)?.identifier ?? null;
    if (old !== null) changes.push({ identifier: old, key, action: "remove" });
  }
  return changes;
}

function wishesOf(records: readonly StoredRecord[], config: SyncConfig, connector: Connector): Promise<Wish[]> {
  return Promise.all(records.map((record) => wishOf(record, config, connector)));
}

async function wishOf(record: StoredRecord, config: SyncConfig, connector: Connector): Promise<Wish> {
  const values: Record<string, Cell> = {};
  for (const [target, field] of Object.entries(config.mapping)) values[target] = record.cells[field] ?? null;
  const made = await connector.normalise(values);
  if ("identifier" in made) return { key: record.key, identifier: made.identifier, reason: null };
  return { key: record.key, identifier: null, reason: made.reason };
}

function troubleOf(problem: Problem): ReadTrouble {
  const wait_ms = problem.code === "segment_computing" ? COMPUTING_MS : null;
  const code = problem.status === 410 ? "resync_required" : problem.code;
  return { code, detail: problem.detail, wait_ms };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
