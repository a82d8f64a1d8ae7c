/**
 * Takes in copies of records that point here: which are new, changed, or gone, and which of this shard's records they
 * concern. Copies, their source's log position and the flips that follow are one transaction.
 */
import { type AggregateSpec, type Cell, type Condition, type Field, sameValue } from "../../engine/index.ts";
import type { ObjectStorage } from "../../platform/types.ts";
import type { Evaluator } from "../evaluator.ts";
import type { FlipWriter } from "../flip-writer.ts";
import type { CopyInRequest } from "../interface.ts";
import type { Rows } from "../rows.ts";
import { type Copy, MEMBERS, NO_PARENT } from "./copy.ts";
import { fieldsOf } from "./passes.ts";
import type { HasMany } from "./relation.ts";
import type { Sources } from "./sources.ts";

interface PutCopy {
  readonly copy: Copy;
  /** There was none with its key. */
  readonly isNew: boolean;
  /** The fields that changed; null: all of them, or the parent. */
  readonly changed: ReadonlySet<number> | null;
}

/** What a call changes of the copies of one relation. */
export interface CopyChanges {
  readonly relation: string;
  readonly put: readonly PutCopy[];
  readonly removed: readonly Copy[];
  /** Row numbers of the records whose copies these are or were. */
  readonly parents: ReadonlySet<number>;
  /** The fields in which any of them changed; null: all. */
  readonly fields: ReadonlySet<number> | null;
}

interface Parts {
  readonly storage: ObjectStorage;
  readonly rows: Rows;
  readonly sources: Sources;
  readonly evaluator: Evaluator;
  readonly flips: FlipWriter;
}

export class Receiver {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Null: it was older than what is known. `also`: in the same transaction. */
  take(relation: HasMany, request: CopyInRequest, now: number, also: () => void): CopyChanges | null {
    const { storage, sources, flips } = this.#parts;
    const { copies } = relation;
    const known = sources.get(relation.number, request.shard);
    if (request.seq < known.seq) return null;
    const source = {
      seq: request.seq,
      complete: known.complete || request.complete,
      // Whoever tells of fewer segments than before tells nothing of the others any more.
      shared: request.complete ? request.shared : known.shared.filter((id) => request.shared.includes(id)),
    };
    const changes = this.#changes(relation, request);
    const [added, updated] = [true, false].map((isNew) =>
      changes.put.flatMap((one) => (one.isNew === isNew ? [one.copy] : [])),
    ) as [Copy[], Copy[]];
    try {
      storage.transactionSync(() => {
        copies.remove(changes.removed.map(({ row }) => row));
        copies.update(updated);
        copies.add(added, relation.fields);
        sources.store(relation.number, request.shard, source);
        relation.forgetLast();
        also();
        if (changes.parents.size > 0) flips.write(this.#flips(relation, changes, now), changes.parents, now);
      });
    } catch (error) {
      copies.forget();
      relation.forgetLast();
      throw error;
    }
    sources.keep(relation.number, request.shard, source);
    this.#patch(relation, changes);
    if (changes.put.length + changes.removed.length > 0) relation.changedAt = now;
    return changes;
  }

  #flips(relation: HasMany, { parents, fields }: CopyChanges, now: number) {
    const { evaluator } = this.#parts;
    const ids = new Set<string>();
    for (const { condition, users } of evaluator.conditions()) {
      if (readsCopies(condition, relation.side.id, fields)) for (const id of users) ids.add(id);
    }
    if (ids.size === 0) return new Map();
    return evaluator.flipsOfRows(
      [...parents].sort((a, b) => a - b),
      [...ids],
      now,
    );
  }

  /** Memory follows the transaction. */
  #patch(relation: HasMany, { put, removed, parents }: CopyChanges): void {
    for (const { row } of removed) relation.loaded?.remove(row);
    for (const { copy, changed } of put) relation.loaded?.put(copy, changed);
    if (relation.loaded) relation.passes.touched(parents);
  }

  #changes(relation: HasMany, request: CopyInRequest): CopyChanges {
    const { keys, parents: pointers, gone } = request;
    const stored = relation.copies.byKeys([...keys, ...gone]);
    const rows = this.#parts.rows.numbersByKey([...new Set(pointers)]);
    const fields = new Map(relation.fields.map((field) => [field.id, field]));
    const put: PutCopy[] = [];
    const removed = gone.flatMap((key) => stored.get(key) ?? []);
    const touched = new Set(removed.map((copy) => copy.parent_row));
    let every = removed.length > 0;
    const some = new Set<number>();
    for (const [at, key] of keys.entries()) {
      const before = stored.get(key);
      const parent = pointers[at] as string;
      const parent_row = rows.get(parent) ?? NO_PARENT;
      const copy: Copy = {
        ...{ row: before?.row ?? relation.copies.take(), key, parent, parent_row, cells: cellsAt(request, at) },
        members: (request.members[at] ?? []).flatMap((place) => request.shared[place] ?? []),
      };
      const moved = before?.parent !== parent || before.parent_row !== parent_row;
      const changed = moved ? null : differing(before, copy, fields);
      if (changed?.size === 0) continue;
      put.push({ copy, isNew: before === undefined, changed });
      touched.add(parent_row);
      if (before) touched.add(before.parent_row);
      every ||= changed === null;
      for (const field of changed ?? []) some.add(field);
    }
    touched.delete(NO_PARENT);
    return { relation: relation.side.id, put, removed, parents: touched, fields: every ? null : some };
  }
}

/** The fields whose values differ. */
function differing(
  { cells: before, members }: Copy,
  { cells: after, members: membersAfter }: Copy,
  fields: ReadonlyMap<number, Field>,
): ReadonlySet<number> {
  const changed = new Set<number>();
  for (let id = 0; id < Math.max(before.length, after.length); id++) {
    const field = fields.get(id);
    if (field && !sameValue(field, before[id] ?? null, after[id] ?? null)) changed.add(id);
  }
  if (JSON.stringify(members) !== JSON.stringify(membersAfter)) changed.add(MEMBERS.id);
  return changed;
}

function cellsAt({ width, cells }: CopyInRequest, at: number): Cell[] {
  const own = cells.slice(at * width, (at + 1) * width);
  while (own.length > 0 && own.at(-1) === null) own.pop();
  return own;
}

/** Whether a condition may have another answer when copies changed in these fields. */
export function readsCopies(condition: Condition, relation: string, fields: ReadonlySet<number> | null): boolean {
  if (condition.kind !== "related" || condition.aggregate.relation !== relation) return false;
  return fields === null || readsAny(condition.aggregate, fields);
}

function readsAny(aggregate: AggregateSpec, fields: ReadonlySet<number>): boolean {
  return fieldsOf(aggregate).some((field) => fields.has(field));
}
