/**
 * Many segments against one row: each distinct condition is evaluated at most once, however many segments share
 * it, and conditions that ask whether a field equals something are found by the value, not tried one by one.
 */
import { ProblemError } from "../../platform/problem.ts";
import type { Query } from "../query/ast.ts";
import type { Field } from "../values/types.ts";
import { compile } from "./compile.ts";
import { evaluateTree } from "./evaluate-row.ts";
import { FieldIndex } from "./field-index.ts";
import type { Condition, Plan, PlanNode } from "./plan.ts";
import { type RowCells, RowView } from "./row-view.ts";

interface Segment {
  readonly id: string;
  readonly plan: Plan;
  /** The plan's tree over this set's condition slots. */
  readonly tree: PlanNode;
  readonly slots: readonly number[];
}

interface Slot {
  readonly condition: Condition;
  users: number;
}

export class SegmentSet {
  readonly #timeZone: string;
  #fields: readonly Field[];
  readonly #segments = new Map<string, Segment>();
  readonly #slots: (Slot | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #slotOf = new Map<string, number>();
  readonly #indexes = new Map<number, FieldIndex>();
  /** Field id to the segments that read it. */
  readonly #readers = new Map<number, Set<string>>();
  /** For each slot, the round in which it was last found true. */
  #trueIn: Float64Array = new Float64Array(64);
  #round = 0;

  constructor(fields: readonly Field[], timeZone: string) {
    this.#fields = fields;
    this.#timeZone = timeZone;
  }

  /** Adds a segment or replaces its query. Throws a ProblemError where the query does not fit the fields. */
  set(id: string, query: Query): void {
    const plan = compile(query, { fields: this.#fields, timeZone: this.#timeZone });
    this.delete(id);
    const slots = plan.conditions.map((condition) => this.#acquire(condition));
    this.#segments.set(id, { id, plan, slots, tree: relabel(plan.tree, slots) });
    for (const field of plan.fields) this.#readersOf(field).add(id);
  }

  delete(id: string): boolean {
    const segment = this.#segments.get(id);
    if (segment === undefined) return false;
    this.#segments.delete(id);
    for (const slot of segment.slots) this.#release(slot);
    for (const field of segment.plan.fields) this.#readersOf(field).delete(id);
    return true;
  }

  /** Takes a new schema; answers the segments whose query no longer fits, which are taken out. */
  setFields(fields: readonly Field[], queryOf: (id: string) => Query): string[] {
    this.#fields = fields;
    return [...this.#segments.keys()].filter((id) => !this.#refit(id, queryOf(id)));
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

  get size(): number {
    return this.#segments.size;
  }

  /** How many distinct conditions there are. */
  get conditionCount(): number {
    return this.#slotOf.size;
  }

  has(id: string): boolean {
    return this.#segments.has(id);
  }

  plan(id: string): Plan | undefined {
    return this.#segments.get(id)?.plan;
  }

  ids(): IterableIterator<string> {
    return this.#segments.keys();
  }

  /** The segments that read one of the changed fields; null means a whole row came or went: all of them. */
  affected(changed: Iterable<number> | null): readonly string[] {
    if (changed === null) return [...this.#segments.keys()];
    const ids = new Set<string>();
    for (const field of changed) for (const id of this.#readers.get(field) ?? []) ids.add(id);
    return [...ids];
  }

  /** For each affected segment, whether the row (its cells after the change) is a member. */
  evaluateRow(cells: RowCells, changed: Iterable<number> | null, now: number): Map<string, boolean> {
    const verdicts = new Map<string, boolean>();
    this.visitRow(cells, changed, now, (id, member) => verdicts.set(id, member));
    return verdicts;
  }

  /** The same without a map. */
  visitRow(
    cells: RowCells,
    changed: Iterable<number> | null,
    _now: number,
    visit: (segmentId: string, member: boolean) => void,
  ): void {
    const ids = this.affected(changed);
    if (ids.length === 0) return;
    const row = new RowView(cells);
    const round = ++this.#round;
    const evaluated = new Set<number>();
    const truth = (slot: number): boolean => {
      const { condition } = this.#slots[slot] as Slot;
      if (!evaluated.has(condition.field)) {
        evaluated.add(condition.field);
        this.#evaluateField(condition, row, round);
      }
      return this.#trueIn[slot] === round;
    };
    for (const id of ids) visit(id, evaluateTree((this.#segments.get(id) as Segment).tree, truth));
  }

  /** Marks every condition on one field that holds. */
  #evaluateField({ field, type }: Condition, row: RowView, round: number): void {
    const view = row.field(field, type);
    if (view.value !== null) this.#indexes.get(field)?.forEachTrue(view, (slot) => (this.#trueIn[slot] = round));
  }

  #readersOf(field: number): Set<string> {
    const readers = this.#readers.get(field) ?? new Set<string>();
    this.#readers.set(field, readers);
    return readers;
  }

  #acquire(condition: Condition): number {
    const slotKey = `${condition.type} ${condition.key}`;
    const known = this.#slotOf.get(slotKey);
    if (known !== undefined) {
      (this.#slots[known] as Slot).users++;
      return known;
    }
    const slot = this.#free.pop() ?? this.#slots.length;
    this.#slots[slot] = { condition, users: 1 };
    this.#slotOf.set(slotKey, slot);
    this.#makeRoom(slot);
    const index = this.#indexes.get(condition.field) ?? new FieldIndex();
    this.#indexes.set(condition.field, index);
    index.add(slot, condition);
    return slot;
  }

  #makeRoom(slot: number): void {
    if (slot < this.#trueIn.length) return;
    const larger = new Float64Array(this.#trueIn.length * 2);
    larger.set(this.#trueIn);
    this.#trueIn = larger;
  }

  #release(slot: number): void {
    const held = this.#slots[slot] as Slot;
    if (--held.users > 0) return;
    this.#indexes.get(held.condition.field)?.remove(slot, held.condition);
    this.#slotOf.delete(`${held.condition.type} ${held.condition.key}`);
    this.#slots[slot] = undefined;
    this.#free.push(slot);
  }
}

function relabel(node: PlanNode, slots: readonly number[]): PlanNode {
  if (node.kind === "condition") return { ...node, condition: slots[node.condition] as number };
  return { ...node, children: node.children.map((child) => relabel(child, slots)) };
}
