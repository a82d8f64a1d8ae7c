/**
 * What a sync sees of shards, as a model: records with an e-mail, a member flag, and a log that can be cut.
 * It is the oracle of the property tests, too: `wanted()` is what the audience must end as.
 */
import { failure, type Outcome, success } from "../../platform/problem.ts";
import type { DeltaPage, DeltaPosition, ShardApi, StoredRecord } from "../../shard/interface.ts";
import type { SyncPorts } from "../activate/sync/ports.ts";

interface Row {
  readonly number: number;
  readonly key: string;
  email: string | null;
  member: boolean;
}

interface Entry {
  readonly seq: number;
  readonly key: string;
  readonly before: boolean;
  readonly after: boolean;
}

class ModelShard {
  readonly rows = new Map<string, Row>();
  #log: Entry[] = [];
  #seq = 0;
  #cutAt = 0;
  #nextRow = 0;

  write(key: string, member: boolean, email: string | null): void {
    const row = this.rows.get(key) ?? { number: this.#nextRow++, key, email: null, member: false };
    this.#log.push({ seq: ++this.#seq, key, before: row.member, after: member });
    this.rows.set(key, Object.assign(row, { member, email }));
  }

  remove(key: string): void {
    const row = this.rows.get(key);
    if (!row) return;
    this.#log.push({ seq: ++this.#seq, key, before: row.member, after: false });
    this.rows.delete(key);
  }

  cut(): void {
    this.#log = [];
    this.#cutAt = this.#seq;
  }

  members(after: number, limit: number) {
    const rows = [...this.rows.values()].filter((row) => row.member && row.number > after);
    rows.sort((a, b) => a.number - b.number);
    const page = rows.slice(0, limit);
    return {
      records: page.map(stored),
      last: page.at(-1)?.number ?? after,
      done: rows.length <= limit,
      seq: this.#seq,
    };
  }

  deltas(from: DeltaPosition, limit: number): Outcome<DeltaPage> {
    if (from.seq < this.#cutAt) {
      return failure({ code: "resync_required", status: 410, detail: "The log no longer reaches back so far." });
    }
    const entries = this.#log.filter((entry) => entry.seq > from.seq).slice(0, limit);
    const net = new Map<string, { before: boolean; after: boolean }>();
    for (const { key, before, after, seq } of entries) {
      // What a snapshot may have shown already is told by where it ends.
      const known = seq <= from.shown ? !after : (net.get(key)?.before ?? before);
      net.set(key, { before: known, after });
    }
    const changed = [...net].map(([key, { before, after }]) => ({ key, before, after }));
    const end = entries.at(-1)?.seq ?? from.seq;
    const record = (one: { key: string }) => stored(this.rows.get(one.key) ?? { key: one.key, email: null });
    return success({
      entered: changed.filter((one) => !one.before && one.after).map((one) => ({ ...record(one), entered_at: null })),
      left: changed.filter((one) => one.before && !one.after).map(({ key }) => ({ key })),
      updated: changed.filter((one) => one.before && one.after).map(record),
      position: { seq: end, watched: end, shown: from.shown },
      has_more: end < this.#seq,
    });
  }
}

function stored(row: { readonly key: string; readonly email: string | null }): StoredRecord {
  return { key: row.key, cells: [row.key, row.email], created_at: 0, updated_at: 0 };
}

export const EMAIL_FIELD = 1;

export class ModelShards {
  readonly shards: ModelShard[];
  readonly #limit: number;
  /** Set to answer as a shard does whose segment is still being computed. */
  computing = false;
  /** Set to fail calls. */
  down = false;

  /** Pages have at most `limit` entries, whatever is asked for. */
  constructor(count: number, limit = 3) {
    this.shards = Array.from({ length: count }, () => new ModelShard());
    this.#limit = limit;
  }

  write(key: string, member: boolean, email: string | null): void {
    this.#home(key).write(key, member, email);
  }

  remove(key: string): void {
    this.#home(key).remove(key);
  }

  cutLogs(): void {
    for (const shard of this.shards) shard.cut();
  }

  /** The e-mails of the members, as they are stored. */
  emails(): string[] {
    const rows = this.shards.flatMap((shard) => [...shard.rows.values()]);
    return rows.flatMap((row) => (row.member && row.email !== null ? [row.email] : []));
  }

  readonly readMembers: SyncPorts["readMembers"] = async ({ shard }, { after, limit }) => {
    this.#check();
    if (this.computing) return failure({ code: "segment_computing", status: 409, detail: "Still computing." });
    return success(this.#shard(shard).members(after, Math.min(limit, this.#limit)));
  };

  readonly readDeltas: SyncPorts["readDeltas"] = async ({ shard }, { from, limit }): ReturnType<ShardApi["deltas"]> => {
    this.#check();
    return this.#shard(shard).deltas(from, Math.min(limit, this.#limit));
  };

  #check(): void {
    if (this.down) throw new Error("the shard is down");
  }

  #home(key: string): ModelShard {
    return this.#shard(spread(key, this.shards.length));
  }

  #shard(index: number): ModelShard {
    const shard = this.shards[index];
    if (!shard) throw new Error(`there is no shard ${index}`);
    return shard;
  }
}

/** Any stable spread will do for a model. */
function spread(key: string, count: number): number {
  let sum = 0;
  for (const character of key) sum += character.charCodeAt(0);
  return sum % count;
}
