/**
 * What a shard has to do with other datasets: it sends copies of its rows to where they point, takes in copies of rows
 * that point here, and answers the conditions that read them. The shard calls it at a few marked places.
 */
import {
  type Cell,
  isLookupField,
  lookupParts,
  type Moment,
  type Plan,
  type RelatedCondition,
  type TypedValue,
  type Words,
} from "../../engine/index.ts";
import { type Problem, ProblemError, unwrap } from "../../platform/problem.ts";
import type { ObjectStorage } from "../../platform/types.ts";
import type { RelatedRecords } from "../evaluate/around.ts";
import type { FlipMap } from "../evaluate/flip-map.ts";
import type { ChangedRow, Evaluator } from "../evaluator.ts";
import type { FlipWriter } from "../flip-writer.ts";
import type {
  ApplyRequest,
  Catalogue,
  CatalogueRelation,
  CopyInRequest,
  LookedUp,
  LookupInRequest,
  LookupRequest,
  RelationState,
  ShardPorts,
} from "../interface.ts";
import type { Log } from "../log.ts";
import type { Rows } from "../rows.ts";
import type { Writer, WriteWitness, Written } from "../writer.ts";
import type { Slices } from "../yield.ts";
import type { Moved } from "./copies.ts";
import type { CopyBatch } from "./copy-batch.ts";
import { CopyKeeper } from "./copy-keeper.ts";
import { dropSome, storedRelations } from "./copy-tables.ts";
import { Interests, type LookupBatch } from "./interests.ts";
import { Lookups } from "./lookups.ts";
import { type CopyChanges, Receiver } from "./receiver.ts";
import { RelatedAnswers } from "./records.ts";
import { HasMany } from "./relation.ts";
import { Sender, type SentRow } from "./sender.ts";
import { Sources } from "./sources.ts";

export interface RelatedParts {
  readonly storage: ObjectStorage;
  readonly datasetId: string;
  readonly shard: number;
  readonly rows: Rows;
  readonly log: Log;
  readonly writer: Writer;
  readonly evaluator: Evaluator;
  readonly flips: FlipWriter;
  readonly ports: Pick<ShardPorts, "shard" | "budget" | "now" | "copySizes">;
  /** Whether the segment's members are known. */
  readonly isLive: (segment: string) => boolean;
  /** After the transaction: these rows have other looked-up fields. */
  readonly changed: (rows: readonly ChangedRow[], now: number) => void;
}

export class Related implements RelatedRecords, WriteWitness {
  readonly #parts: RelatedParts;
  readonly #sources: Sources;
  readonly #sender: Sender;
  readonly #receiver: Receiver;
  readonly #answers: RelatedAnswers;
  readonly #lookups: Lookups;
  readonly #interests: Interests;
  readonly #keeper: CopyKeeper;
  #hasMany = new Map<string, HasMany>();
  #belongsTo: readonly CatalogueRelation[] = [];
  /** What the write under way does to copies that wait, by relation. */
  #moved: { relation: HasMany; copies: readonly Moved[] }[] = [];

  constructor(parts: RelatedParts) {
    const { storage, rows, log, writer, evaluator, flips, ports, changed } = parts;
    this.#parts = parts;
    this.#keeper = new CopyKeeper(storage, ports.now, ports.copySizes?.quietMs);
    this.#sources = new Sources(storage.sql);
    this.#receiver = new Receiver({ storage, rows, sources: this.#sources, evaluator, flips });
    this.#sender = new Sender({
      ...{ sql: storage.sql, rows, log, seq: () => writer.seq },
      isLive: (segment) => parts.isLive(segment),
      isMember: (segment, row) => evaluator.members(segment).has(row),
      send: (relation, target, batch) => this.#send(relation, target, batch),
    });
    this.#answers = new RelatedAnswers((id) => this.#relation(id));
    this.#lookups = new Lookups({
      ...{ storage, rows, evaluator, flips, now: ports.now, changed },
      ask: (side, shard, keys) => this.#ask(side, shard, keys),
    });
    this.#interests = new Interests({
      ...{ sql: storage.sql, rows, log, seq: () => writer.seq, now: ports.now },
      send: (side, target, batch) => this.#tell(side, target, batch),
    });
  }

  // --- catalogue ---

  /** Inside a transaction. */
  plan({ relations }: Catalogue): void {
    this.#belongsTo = relations.filter(({ kind }) => kind === "belongs_to");
    const before = this.#hasMany;
    this.#hasMany = new Map();
    for (const side of relations) {
      if (side.kind !== "has_many") continue;
      const known = before.get(side.id);
      known?.copies.open();
      known?.set(side);
      this.#hasMany.set(side.id, known ?? this.#opened(side));
    }
    this.#sender.plan(relations);
    this.#lookups.plan(relations);
    this.#interests.plan(relations);
  }

  #opened(side: CatalogueRelation): HasMany {
    const { storage, writer, ports } = this.#parts;
    return new HasMany(storage.sql, side, () => writer.lastRow + 1, ports);
  }

  #relation(id: string): HasMany {
    const relation = this.#hasMany.get(id);
    if (!relation) throw new RangeError(`the shard knows no relation ${id}`);
    return relation;
  }

  // --- this shard's rows change ---

  /** Before a write: what its rows will look up is fetched; null where nothing is. */
  ready(rows: ApplyRequest["rows"]): Promise<void> | null {
    return this.#lookups.any ? this.#lookups.ensure(rows) : null;
  }

  /** Where the dataset has no relations, nothing here depends on what is written. */
  get isNeeded(): boolean {
    return this.#hasMany.size > 0 || this.#belongsTo.length > 0 || this.#interests.any || this.#sender.hasTargets;
  }

  /** Before the rows of a write are judged. */
  before(added: readonly { readonly row: number; readonly key: string }[]): void {
    for (const relation of this.#hasMany.values()) {
      relation.forgetLast();
      if (relation.copies.waits) relation.expect(new Map(added.map(({ row, key }) => [row, key])));
    }
  }

  /** Inside the transaction of the write. */
  written(rows: readonly (ChangedRow & { readonly key: string })[]): void {
    this.#lookups.written(rows);
    const added = rows.filter(({ changed }) => changed === null);
    for (const relation of this.#hasMany.values()) {
      if (!relation.copies.waits || added.length === 0) continue;
      this.#moved.push({ relation, copies: relation.copies.adopt(added) });
    }
  }

  /** Inside the transaction of the removal. */
  removed(rows: readonly number[]): void {
    for (const relation of this.#hasMany.values()) {
      if (relation.copies.any) this.#moved.push({ relation, copies: relation.copies.orphan(rows) });
    }
  }

  /** After the transaction, whether it was committed or not. */
  after(committed: boolean): void {
    for (const { relation, copies } of this.#moved) {
      if (committed && copies.length > 0) relation.changedAt = this.#parts.ports.now();
      if (!committed) relation.copies.forget();
      else if (relation.loaded) {
        for (const { after } of copies) relation.loaded.setParent(after.row, after.parent_row);
        relation.passes.touched(copies.flatMap(({ after }) => (after.parent_row < 0 ? [] : [after.parent_row])));
      }
    }
    this.#moved = [];
    for (const relation of this.#hasMany.values()) {
      relation.expect(new Map());
      relation.forgetLast();
    }
  }

  /** After the commit, in the same turn. Resolves when the copies are where they are read. */
  async sent({ seq, at, witnessed, removed }: Written): Promise<void> {
    if (!this.#sender.hasTargets && !this.#interests.any) return;
    const gone = this.#parts.rows.byNumbers(removed).map((row): SentRow => ({ ...row, cells: null, changed: null }));
    const rows: readonly SentRow[] = witnessed;
    this.#interests.tell(seq, at, [...gone, ...rows]);
    await this.#sender.sent(seq, [...gone, ...rows]);
  }

  /** Memberships changed without a write. What follows from it elsewhere is not waited for: it may lead back here. */
  flipped(flips: FlipMap): void {
    if (this.#sender.hasTargets) this.#sender.flipped(this.#parts.writer.seq, flips).catch(() => {});
  }

  /** Segments were computed: they may be news for others, or their members others than before. */
  recomputed(segments: readonly string[]): void {
    this.#sender.reviewShared();
    if (this.#sender.hasTargets) this.#sender.recomputed(segments).catch(() => {});
  }

  /** Resolves when everything that was ever written here has been sent. */
  async settled(): Promise<void> {
    if (this.#sender.hasTargets) await this.#sender.settled();
  }

  async #send({ id, dataset_id, version }: CatalogueRelation, target: number, batch: CopyBatch): Promise<void> {
    const answer = await this.#parts.ports
      .shard(dataset_id, target)
      .copyIn(batch.request(version, id, this.#parts.shard));
    // Nobody reads what a dataset that is gone had.
    if (!answer.ok && answer.problem.code !== "dataset_not_found") throw new ProblemError(answer.problem);
  }

  async #ask(side: CatalogueRelation, shard: number, keys: readonly string[]): Promise<LookedUp> {
    const { ports, datasetId } = this.#parts;
    const request = {
      version: side.version,
      relation: side.id,
      from_dataset: datasetId,
      from_shard: this.#parts.shard,
      keys,
    };
    return unwrap(await ports.shard(side.dataset_id, shard).lookup(request));
  }

  async #tell(side: CatalogueRelation, target: number, batch: LookupBatch): Promise<void> {
    const { seq, at } = batch;
    const request = {
      ...{ version: side.version, relation: side.id, shard: this.#parts.shard, seq, at },
      ...{ keys: [...batch.rows.keys()], cells: [...batch.rows.values()] },
    };
    const answer = await this.#parts.ports.shard(side.dataset_id, target).lookupIn(request);
    if (!answer.ok && answer.problem.code !== "dataset_not_found") throw new ProblemError(answer.problem);
  }

  // --- looked-up records ---

  /** Who asks hears of changes from now on. */
  answer(request: LookupRequest): LookedUp {
    return this.#parts.storage.transactionSync(() => this.#interests.ask(request));
  }

  lookupIn(request: LookupInRequest): void {
    this.#lookups.lookupIn(request);
  }

  // --- rows of others that point here ---

  /** Null: nothing that is news. `arm`: inside the transaction. */
  copyIn(request: CopyInRequest, now: number, arm: () => void): CopyChanges | null {
    const relation = this.#hasMany.get(request.relation);
    return relation ? this.#receiver.take(relation, request, now, arm) : null;
  }

  // --- background ---

  get waiting(): boolean {
    const isChanged = [...this.#hasMany.values()].some(({ changedAt }) => changedAt !== null);
    return isChanged || this.#sender.waiting || this.#lookups.waiting || this.#interests.waiting;
  }

  /** Sends what has not been sent, deletes copies that nobody reads. Throws where a target cannot be reached. */
  async run(slices: Slices): Promise<void> {
    await this.#dropForgotten(slices);
    await this.#sender.run(slices);
    await this.#lookups.run(slices);
    await this.#interests.run();
    await this.#keeper.run([...this.#hasMany.values()], slices);
  }

  async #dropForgotten(slices: Slices): Promise<void> {
    const { sql } = this.#parts.storage;
    for (const number of storedRelations(sql)) {
      const isKnown = () => [...this.#hasMany.values()].some((relation) => relation.number === number);
      while (!isKnown() && dropSome(sql, number)) await slices.next();
      if (!isKnown()) this.#sources.forget(number);
    }
  }

  trim(): void {
    for (const { loaded } of this.#hasMany.values()) loaded?.trim();
  }

  get bytes(): number {
    let sum = 0;
    for (const { loaded, copies } of this.#hasMany.values()) sum += copies.bytes + (loaded?.bytes ?? 0);
    return sum;
  }

  states(): RelationState[] {
    const incoming = Array.from(this.#hasMany.values(), ({ side, number }): RelationState => {
      const completed = this.#sources.completed(number, side.shard_count);
      const progress = side.shard_count === 0 ? 1 : completed / side.shard_count;
      const lag_ms = this.#interests.lag(side.id);
      return { ...stateOf(side), ready: completed === side.shard_count, progress, lag_ms };
    });
    const outgoing = this.#belongsTo.map((side): RelationState => {
      const state = this.#sender.state(side.id, this.#parts.writer.lastRow);
      return { ...stateOf(side), ...state, lookups_ready: this.#lookups.isReady(side) };
    });
    return [...incoming, ...outgoing];
  }

  /** Why a plan cannot be carried out yet; null when it can. */
  refusal({ relations, fields, conditions }: Plan): Problem | null {
    if (relations.length === 0 && !fields.some(isLookupField)) return null;
    const numbers = new Set(fields.filter(isLookupField).map((field) => lookupParts(field).relation));
    const lookedUp = this.#belongsTo.find((side) => numbers.has(side.number) && !this.#lookups.isReady(side));
    if (lookedUp) return building(lookedUp.name, 0);
    const states = this.states();
    const unready = states.find(
      ({ relation, kind, ready }) => kind === "has_many" && !ready && relations.includes(relation),
    );
    if (unready) return building(this.#relation(unready.relation).side.name, unready.progress);
    for (const condition of conditions) {
      if (condition.kind !== "related") continue;
      const { side, number } = this.#relation(condition.aggregate.relation);
      const { segments } = condition.aggregate.filter;
      if (!this.#sources.tellOf(number, side.shard_count, segments)) return building(side.name, 0);
    }
    return null;
  }

  // --- what conditions ask ---

  readonly lookup = (field: number, cells: readonly (Cell | undefined)[]): Cell => this.#lookups.cell(field, cells);

  relatedRow(condition: RelatedCondition, row: number, moment: Moment): boolean {
    return this.#answers.row(condition, row, moment);
  }

  relatedScan(condition: RelatedCondition, chunk: number, mask: Words, out: Words, moment: Moment): void {
    this.#answers.scan(condition, chunk, mask, out, moment);
  }

  relatedValue(aggregate: RelatedCondition["aggregate"], row: number, moment: Moment): TypedValue {
    return this.#answers.value(aggregate, row, moment);
  }

  prepare(conditions: readonly RelatedCondition[], moment: Moment, slices: Slices): Promise<void> {
    return this.#answers.prepare(conditions, moment, slices);
  }

  crossed(condition: RelatedCondition, from: Moment, to: Moment): Iterable<number> {
    return this.#answers.crossed(condition, from, to);
  }

  /** The same for copies that have just changed. */
  nextOf(condition: RelatedCondition, changes: CopyChanges, moment: Moment): number | null {
    const isOwn = condition.aggregate.relation === changes.relation;
    const copies = changes.put.map(({ copy }) => copy);
    return isOwn ? this.#answers.nextOf(condition, copies, moment) : null;
  }

  nextCrossing(condition: RelatedCondition, moment: Moment): number | null {
    return this.#answers.nextCrossing(condition, moment);
  }
}

function stateOf({ id, kind }: CatalogueRelation): RelationState {
  return { relation: id, kind, ready: true, progress: 1, lookups_ready: true, lag_ms: 0 };
}

function building(name: string, progress: number): Problem {
  return {
    code: "relation_building",
    status: 409,
    detail: `The relation ${name} is being built: its records are still being copied. Ask again in a moment; its \`progress\` says how far it is.`,
    facts: { progress },
  };
}
