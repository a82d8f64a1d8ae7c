/**
 * Many segments against one row: each distinct condition is evaluated at most once, however many segments share
 * it, and conditions that ask whether a field equals something are found by the value, not tried one by one. Segments
 * that read other segments are judged after those, and whenever one of those flips.
 */
import { ProblemError } from "../../platform/problem.ts";
import type { Query } from "../query/ast.ts";
import { type CompileContext, compile } from "./compile.ts";
import { isLookupField, lookupParts } from "./lookup-field.ts";
import type { Plan } from "./plan.ts";
import { ranksOf } from "./ranks.ts";
import { type RowCells, RowView } from "./row-view.ts";
import { isTrue, type SharedNode, share, wasTrue } from "./shared-tree.ts";
import { type Round, type Slot, Slots } from "./slots.ts";
import { type Moment, nothingAround, type Surroundings } from "./surroundings.ts";

interface Segment {
  readonly id: string;
  readonly query: Query;
  readonly plan: Plan;
  tree: SharedNode;
  slots: readonly Slot<Segment>[];
  /** The last round in which it was judged: a segment that reads two changed fields is judged once. */
  judgedIn: number;
  member: boolean;
  /** The last round in which its members changed, or in which it has to be judged for that reason. */
  flippedIn: number;
}

/** Until a segment's own is made. */
const NEVER: SharedNode = { kind: "or", children: [], negated: false };

/** Told the verdict; answers whether that is news. */
export type SegmentVisitor = (segmentId: string, member: boolean) => boolean;

export class SegmentSet {
  #context: CompileContext;
  readonly #around: Surroundings;
  readonly #segments = new Map<string, Segment>();
  readonly #slots = new Slots<Segment>();
  /** Field id to the segments that read it. */
  readonly #readers = new Map<number, Set<Segment>>();
  /** Those that read other segments, whoever is read first; null when that has to be found out. */
  #composed: readonly Segment[] | null = null;
  #round = 0;

  constructor(context: CompileContext, around: Surroundings = nothingAround) {
    this.#context = context;
    // A segment that was judged in this round is what it was judged to be; others are what they were.
    this.#around = {
      ...{ lookup: around.lookup.bind(around), relatedRow: around.relatedRow.bind(around) },
      ...{ relatedScan: around.relatedScan.bind(around), memberWords: around.memberWords.bind(around) },
      isMember: (id, row) => {
        const segment = this.#segments.get(id);
        return segment?.judgedIn === this.#round ? segment.member : around.isMember(id, row);
      },
    };
  }

  get size(): number {
    return this.#segments.size;
  }

  /** How many distinct conditions there are. */
  get conditionCount(): number {
    return this.#slots.size;
  }

  triedOneByOne(field: number): number {
    return this.#slots.triedOneByOne(field);
  }

  /** The distinct conditions, each with the segments that have it. */
  conditions(): Iterable<Pick<Slot<Segment>, "condition" | "users">> {
    return this.#slots.all();
  }

  has(id: string): boolean {
    return this.#segments.has(id);
  }

  plan(id: string): Plan | undefined {
    return this.#segments.get(id)?.plan;
  }

  ids(): string[] {
    return [...this.#segments.keys()];
  }

  /** These segments and all that read them, however far; whoever is read comes first. */
  withReaders(ids: Iterable<string>): string[] {
    const wanted = new Set(ids);
    for (const { id, plan } of this.#inOrder()) if (plan.segments.some((one) => wanted.has(one))) wanted.add(id);
    const composed = new Set(this.#inOrder().map(({ id }) => id));
    return [...[...wanted].filter((id) => !composed.has(id)), ...[...composed].filter((id) => wanted.has(id))];
  }

  /** Adds a segment or replaces its query. Throws a ProblemError, and changes nothing, where the query does not fit the schema. */
  set(id: string, query: Query): void {
    const plan = compile(query, this.#context);
    this.delete(id);
    const segment: Segment = { id, query, plan, slots: [], tree: NEVER, judgedIn: 0, member: false, flippedIn: 0 };
    segment.slots = plan.conditions.map((condition) => this.#slots.acquire(condition, segment));
    segment.tree = share(plan.tree, segment.slots);
    this.#segments.set(id, segment);
    for (const field of this.#triggers(plan)) this.#readersOf(field).add(segment);
    this.#composed = null;
  }

  delete(id: string): boolean {
    const segment = this.#segments.get(id);
    if (segment === undefined) return false;
    this.#segments.delete(id);
    for (const slot of segment.slots) this.#slots.release(slot, segment);
    for (const field of this.#triggers(segment.plan)) this.#readers.get(field)?.delete(segment);
    this.#composed = null;
    return true;
  }

  /** Takes a new schema. Answers the ids of the segments whose query no longer fits; they are taken out. */
  setContext(context: CompileContext): string[] {
    const all = [...this.#segments.values()];
    for (const { id } of all) this.delete(id);
    this.#context = context;
    return all.filter(({ id, query }) => !this.#refit(id, query)).map(({ id }) => id);
  }

  #refit(id: string, query: Query): boolean {
    try {
      this.set(id, query);
      return true;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return false;
    }
  }

  /** The fields whose change concerns a segment: those it reads, and for a looked-up one the field that points. */
  *#triggers(plan: Plan): Generator<number, void, undefined> {
    yield* plan.fields;
    const pointers = plan.fields.filter(isLookupField).map((id) => lookupParts(id).relation);
    for (const number of new Set(pointers)) {
      const relation = this.#context.relations?.find((one) => one.kind === "belongs_to" && one.number === number);
      if (relation) yield relation.field;
    }
  }

  /** The segments that read one of the changed fields, by themselves; null means that a whole row came: all of them. */
  affected(changed: Iterable<number> | null): string[] {
    if (changed === null) return this.ids();
    return [...new Set([...changed].flatMap((field) => Array.from(this.#readers.get(field) ?? [], ({ id }) => id)))];
  }

  /** For each affected segment, whether the row (its cells after the change) is a member. */
  evaluateRow(cells: RowCells, changed: Iterable<number> | null, moment: Moment, row = -1): Map<string, boolean> {
    const verdicts = new Map<string, boolean>();
    this.visitRow(row, cells, changed, moment, (id, member) => {
      verdicts.set(id, member);
      return true;
    });
    return verdicts;
  }

  /** The same without a map, for hot paths. */
  visitRow(
    row: number,
    cells: RowCells,
    changed: Iterable<number> | null,
    moment: Moment,
    visit: SegmentVisitor,
  ): void {
    const round = this.#newRound(row, cells, moment);
    if (changed === null) {
      for (const segment of this.#segments.values()) {
        if (segment.plan.segments.length === 0) this.#judge(segment, round, visit);
        else segment.flippedIn = round.number;
      }
    } else {
      for (const field of changed) {
        const readers = this.#readers.get(field);
        if (readers !== undefined) for (const segment of readers) this.#consider(segment, round, visit);
      }
    }
    this.#judgeComposed(round, visit);
  }

  /**
   * Judges a row that changed for the segments of which a condition turned: whoever has none is what it was. `before`:
   * the row's cells before the change, of which the memberships are known.
   */
  visitChange(
    row: number,
    before: RowCells,
    cells: RowCells,
    changed: Iterable<number>,
    moment: Moment,
    visit: SegmentVisitor,
  ): void {
    const round = this.#newRound(row, cells, moment);
    const was = new RowView(before, this.#around);
    const { turned, unsure } = this.#slots.turned(changed, was, round);
    for (const slot of unsure) for (const user of slot.owners) this.#consider(user, round, visit);
    // All are marked before any segment is judged: what it was is told from all that turned.
    for (const slot of turned) slot.turnedIn = round.number;
    for (const slot of turned) for (const user of slot.owners) this.#reconsider(user, round, visit);
    this.#judgeComposed(round, visit);
  }

  /** Like `#consider`; who is known to be what it was is not asked about: of those that are looked at, few flip. */
  #reconsider(segment: Segment, round: Round, visit: SegmentVisitor): void {
    if (segment.plan.segments.length > 0) segment.flippedIn = round.number;
    else if (segment.judgedIn !== round.number) {
      segment.member = isTrue(segment.tree, round);
      segment.judgedIn = round.number;
      const isNews = segment.member !== wasTrue(segment.tree, round) && visit(segment.id, segment.member);
      segment.flippedIn = isNews ? round.number : 0;
    }
  }

  /** Judges a row for these segments, and for those that read one of them that flips. */
  visitSegments(row: number, cells: RowCells, ids: Iterable<string>, moment: Moment, visit: SegmentVisitor): void {
    const round = this.#newRound(row, cells, moment);
    for (const id of ids) {
      const segment = this.#segments.get(id);
      if (segment !== undefined) this.#consider(segment, round, visit);
    }
    this.#judgeComposed(round, visit);
  }

  #newRound(row: number, cells: RowCells, moment: Moment): Round {
    const around = this.#around;
    return { number: ++this.#round, view: new RowView(cells, around), context: { moment, around, row } };
  }

  /** Judged now, or, where it reads other segments, once those are judged. */
  #consider(segment: Segment, round: Round, visit: SegmentVisitor): void {
    if (segment.plan.segments.length > 0) segment.flippedIn = round.number;
    else this.#judge(segment, round, visit);
  }

  #judge(segment: Segment, round: Round, visit: SegmentVisitor): void {
    if (segment.judgedIn === round.number) return;
    segment.member = isTrue(segment.tree, round);
    segment.judgedIn = round.number;
    segment.flippedIn = visit(segment.id, segment.member) ? round.number : 0;
  }

  #judgeComposed(round: Round, visit: SegmentVisitor): void {
    for (const segment of this.#inOrder()) {
      const concerned =
        segment.flippedIn === round.number ||
        segment.plan.segments.some((id) => this.#segments.get(id)?.flippedIn === round.number);
      if (concerned) this.#judge(segment, round, visit);
    }
  }

  #inOrder(): readonly Segment[] {
    if (this.#composed === null) {
      const ranks = ranksOf(this.#segments);
      this.#composed = [...this.#segments.values()]
        .filter(({ plan }) => plan.segments.length > 0)
        .sort((a, b) => (ranks.get(a.id) ?? 0) - (ranks.get(b.id) ?? 0));
    }
    return this.#composed;
  }

  #readersOf(field: number): Set<Segment> {
    const readers = this.#readers.get(field) ?? new Set<Segment>();
    this.#readers.set(field, readers);
    return readers;
  }
}
