/**
 * Many segments against one row: each distinct condition is evaluated at most once, however many segments share
 * it, and conditions that ask whether a field equals something are found by the value, not tried one by one.
 */
import { ProblemError } from "../../platform/problem.ts";
import type { Query } from "../query/ast.ts";
import type { Field } from "../values/types.ts";
import { compile } from "./compile.ts";
import { FieldIndex, Slot } from "./field-index.ts";
import type { Condition, Plan, PlanNode } from "./plan.ts";
import { type RowCells, RowView } from "./row-view.ts";

/** A plan's tree over the set's shared slots. */
type SharedNode =
  | { readonly kind: "slot"; readonly slot: Slot; readonly negated: boolean }
  | { readonly kind: "and" | "or"; readonly children: readonly SharedNode[]; readonly negated: boolean };

interface Segment {
  readonly id: string;
  readonly query: Query;
  readonly plan: Plan;
  readonly tree: SharedNode;
  readonly slots: readonly Slot[];
  /** The last round in which it was visited: a segment that reads two changed fields is visited once. */
  visited: number;
}

export type SegmentVisitor = (segmentId: string, member: boolean) => void;

export class SegmentSet {
  readonly #timeZone: string;
  #fields: readonly Field[];
  readonly #segments = new Map<string, Segment>();
  readonly #slots = new Map<string, Slot>();
  readonly #indexes = new Map<number, FieldIndex>();
  /** Field id to the segments that read it. */
  readonly #readers = new Map<number, Set<Segment>>();
  #round = 0;

  constructor(fields: readonly Field[], timeZone: string) {
    this.#fields = fields;
    this.#timeZone = timeZone;
  }

  get size(): number {
    return this.#segments.size;
  }

  /** How many distinct conditions there are. */
  get conditionCount(): number {
    return this.#slots.size;
  }

  /** How many conditions of a field are tried one by one on a row; the others are found by the value. */
  triedOneByOne(field: number): number {
    return this.#indexes.get(field)?.triedOneByOne ?? 0;
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

  /** Adds a segment or replaces its query. Throws a ProblemError, and changes nothing, where the query does not fit the fields. */
  set(id: string, query: Query): void {
    const plan = compile(query, { fields: this.#fields, timeZone: this.#timeZone });
    this.delete(id);
    const slots = plan.conditions.map((condition) => this.#acquire(condition));
    const segment: Segment = { id, query, plan, slots, tree: share(plan.tree, slots), visited: 0 };
    this.#segments.set(id, segment);
    for (const field of plan.fields) this.#readersOf(field).add(segment);
  }

  delete(id: string): boolean {
    const segment = this.#segments.get(id);
    if (segment === undefined) return false;
    this.#segments.delete(id);
    for (const slot of segment.slots) this.#release(slot);
    for (const field of segment.plan.fields) this.#readersOf(field).delete(segment);
    return true;
  }

  /** Takes a new schema. Answers the ids of the segments whose query no longer fits; they are taken out. */
  setFields(fields: readonly Field[]): string[] {
    this.#fields = fields;
    return [...this.#segments.values()].filter(({ id, query }) => !this.#refit(id, query)).map(({ id }) => id);
  }

  #refit(id: string, query: Query): boolean {
    try {
      this.set(id, query);
      return true;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.delete(id);
      return false;
    }
  }

  /** The segments that read one of the changed fields; null means that a whole row came: all of them. */
  affected(changed: Iterable<number> | null): string[] {
    const ids: string[] = [];
    this.#forEachAffected(changed, ({ id }) => ids.push(id));
    return ids;
  }

  /** For each affected segment, whether the row (its cells after the change) is a member. */
  evaluateRow(cells: RowCells, changed: Iterable<number> | null, now: number): Map<string, boolean> {
    const verdicts = new Map<string, boolean>();
    this.visitRow(cells, changed, now, (id, member) => verdicts.set(id, member));
    return verdicts;
  }

  /** The same without a map, for hot paths. */
  visitRow(cells: RowCells, changed: Iterable<number> | null, _now: number, visit: SegmentVisitor): void {
    const row = new RowView(cells);
    this.#forEachAffected(changed, ({ id, tree }, round) => visit(id, isTrue(tree, row, round)));
  }

  /** Calls `action` once for each affected segment, with the number of the round. */
  #forEachAffected(changed: Iterable<number> | null, action: (segment: Segment, round: number) => void): void {
    const round = ++this.#round;
    if (changed === null) for (const segment of this.#segments.values()) action(segment, round);
    else for (const field of changed) this.#forEachReader(field, round, action);
  }

  #forEachReader(field: number, round: number, action: (segment: Segment, round: number) => void): void {
    const readers = this.#readers.get(field);
    if (readers === undefined) return;
    for (const segment of readers) {
      if (segment.visited === round) continue;
      segment.visited = round;
      action(segment, round);
    }
  }

  #readersOf(field: number): Set<Segment> {
    const readers = this.#readers.get(field) ?? new Set<Segment>();
    this.#readers.set(field, readers);
    return readers;
  }

  #acquire(condition: Condition): Slot {
    const key = slotKey(condition);
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      const index = this.#indexes.get(condition.field) ?? new FieldIndex();
      this.#indexes.set(condition.field, index);
      slot = new Slot(condition, index);
      this.#slots.set(key, slot);
      index.add(slot);
    }
    slot.users++;
    return slot;
  }

  #release(slot: Slot): void {
    if (--slot.users > 0) return;
    slot.index.remove(slot);
    this.#slots.delete(slotKey(slot.condition));
  }
}

const slotKey = ({ type, key }: Condition): string => `${type} ${key}`;

function share(node: PlanNode, slots: readonly Slot[]): SharedNode {
  if (node.kind === "condition") return { kind: "slot", slot: slots[node.condition] as Slot, negated: node.negated };
  return { ...node, children: node.children.map((child) => share(child, slots)) };
}

function isTrue(node: SharedNode, row: RowView, round: number): boolean {
  if (node.kind === "slot") return node.slot.index.holds(node.slot, row, round) !== node.negated;
  const deciding = node.kind === "or";
  for (const child of node.children) if (isTrue(child, row, round) === deciding) return deciding !== node.negated;
  return (node.children.length === 0 || !deciding) !== node.negated;
}
