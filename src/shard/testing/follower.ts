/**
 * A reader of one segment that trusts the contract and nothing else: a snapshot page by page, then deltas. It
 * refuses what the contract forbids: entries of members, exits and updates of strangers.
 */
import type { Cell } from "../../engine/index.ts";
import type { Outcome } from "../../platform/problem.ts";
import type { DeltaPage, DeltaPosition, ShardApi, StoredRecord } from "../interface.ts";

const NOWHERE: DeltaPosition = { seq: -1, watched: -1, shown: -1 };

export class Follower {
  /** What it believes: the members, with the cells that it was told last. */
  readonly members = new Map<string, readonly Cell[]>();
  readonly #segment: string;
  readonly #watch: readonly number[];
  #after = -1;
  #inSnapshot = true;
  #position: DeltaPosition = NOWHERE;

  constructor(segment: string, watch: readonly number[]) {
    this.#segment = segment;
    this.#watch = watch;
  }

  /** Reads one page of about `limit` rows. False when nothing is left to read; the problem when it was refused. */
  async poll(shard: ShardApi, version: number, limit: number): Promise<Outcome<boolean>> {
    const request = { version, segment_id: this.#segment, limit };
    if (this.#inSnapshot) {
      const page = await shard.members({ ...request, after: this.#after });
      if (page.ok) this.#show(page.value);
      return page.ok ? { ok: true, value: true } : page;
    }
    const page = await shard.deltas({ ...request, from: this.#position, watch: this.#watch });
    if (page.ok) this.#apply(page.value);
    return page.ok ? { ok: true, value: page.value.has_more } : page;
  }

  #show(page: { records: StoredRecord[]; last: number; done: boolean; seq: number }): void {
    for (const { key, cells } of page.records) this.members.set(key, cells);
    const { seq, watched } = this.#position === NOWHERE ? { seq: page.seq, watched: page.seq } : this.#position;
    this.#position = { seq, watched, shown: page.seq };
    this.#after = page.last;
    this.#inSnapshot = !page.done;
  }

  #apply({ entered, left, updated, position }: DeltaPage): void {
    const strict = this.#position.seq >= this.#position.shown;
    for (const { key } of left) {
      if (strict && !this.members.has(key)) throw new Error(`${key} left and was no member`);
      this.members.delete(key);
    }
    for (const { key, cells } of entered) {
      if (strict && this.members.has(key)) throw new Error(`${key} entered and was a member`);
      this.members.set(key, cells);
    }
    for (const { key, cells } of updated) {
      if (strict && !this.members.has(key)) throw new Error(`${key} was updated and is no member`);
      this.members.set(key, cells);
    }
    this.#position = position;
  }
}
