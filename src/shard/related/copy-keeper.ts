/**
 * What is done for copies when no more are coming: single ones go into pages, indexes are written down, and the columns that
 * conditions read most are kept. Nothing depends on it but how fast the next question is answered.
 */
import type { ObjectStorage } from "../../platform/types.ts";
import type { Slices } from "../yield.ts";
import { MEMBERS, PARENT_ROW, placeOf } from "./copy.ts";
import type { HasMany } from "./relation.ts";

const QUIET_MS = 900;

export class CopyKeeper {
  readonly #storage: ObjectStorage;
  readonly #now: () => number;
  readonly #quietMs: number;

  constructor(storage: ObjectStorage, now: () => number, quietMs = QUIET_MS) {
    this.#storage = storage;
    this.#now = now;
    this.#quietMs = quietMs;
  }

  async run(relations: readonly HasMany[], slices: Slices): Promise<void> {
    for (const relation of relations) {
      const { changedAt } = relation;
      if (!this.#isQuiet(relation)) continue;
      while (this.#fold(relation)) await slices.next();
      this.#change(relation, () => relation.copies.settle());
      await this.#keep(relation, slices);
      if (relation.changedAt === changedAt) relation.changedAt = null;
    }
  }

  #isQuiet({ changedAt }: HasMany): boolean {
    return changedAt === null || this.#now() - changedAt >= this.#quietMs;
  }

  /** False where there is nothing to fold any more. */
  #fold(relation: HasMany): boolean {
    if (!relation.copies.folds) return false;
    const moved = this.#change(relation, () => relation.copies.fold(relation.fields));
    relation.forgetLast();
    const { loaded } = relation;
    for (const { before, after } of loaded ? moved : []) {
      loaded?.remove(before.row);
      loaded?.put(after, null);
    }
    if (loaded) relation.passes.renumbered(moved.map(({ after }) => after.parent_row));
    return moved.length > 0;
  }

  /** Others are kept when they are first read. */
  async #keep(relation: HasMany, slices: Slices): Promise<void> {
    const { chunks } = relation.copies;
    const fields = [...relation.fields.filter(({ expr }) => expr === undefined), MEMBERS].map(placeOf);
    const kept = fields.filter(({ type }) => type !== "text" && type !== "text_array");
    const all = [{ id: PARENT_ROW, type: "number" } as const, ...kept];
    if (!chunks.isDue(all)) return;
    chunks.forgetOthers([...all, ...fields]);
    for (const _ of chunks.keep(all)) {
      await slices.next();
      if (!this.#isQuiet(relation)) return;
    }
  }

  #change<T>({ copies }: HasMany, change: () => T): T {
    try {
      return this.#storage.transactionSync(change);
    } catch (error) {
      copies.forget();
      throw error;
    }
  }
}
