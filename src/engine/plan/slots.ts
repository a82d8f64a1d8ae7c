/** The distinct conditions of many segments. The answer of each for a row is found at most once a round. */
import { fieldsOfCondition } from "./compile.ts";
import { holds, type RowContext } from "./evaluate-row.ts";
import { FieldIndex } from "./field-index.ts";
import { isLookupField } from "./lookup-field.ts";
import type { Condition, FieldCondition } from "./plan.ts";
import type { RowView } from "./row-view.ts";

/** One row under judgement. */
export interface Round {
  /** Rises from row to row. */
  readonly number: number;
  readonly view: RowView;
  readonly context: RowContext;
}

export interface Slot {
  readonly condition: Condition;
  /** Ids of the segments that have it. */
  readonly users: Set<string>;
  /** The last round in which it was found turned: what held before does not now, or the other way round. */
  turnedIn: number;
  holds(round: Round): boolean;
}

/** The conditions that a change concerns. */
export interface Turned {
  readonly turned: readonly Slot[];
  /** Those that may have turned: what was looked up before may not be here any more. */
  readonly unsure: readonly Slot[];
}

/** A test on a field: all conditions on the field are decided together. */
export class FieldSlot implements Slot {
  readonly condition: FieldCondition;
  readonly users = new Set<string>();
  readonly index: FieldIndex;
  /** The last round in which it was found true. */
  trueIn = 0;
  turnedIn = 0;

  constructor(condition: FieldCondition, index: FieldIndex) {
    this.condition = condition;
    this.index = index;
  }

  holds(round: Round): boolean {
    return this.index.holds(this, round);
  }
}

/** Whatever is asked for itself: formulas, related records, segments. */
class LoneSlot implements Slot {
  /** Before a change. */
  held(round: Round, before: RowView): boolean {
    return holds(this.condition, before, round.context);
  }

  readonly condition: Condition;
  readonly users = new Set<string>();
  turnedIn = 0;
  #askedIn = 0;
  #answer = false;

  constructor(condition: Condition) {
    this.condition = condition;
  }

  holds(round: Round): boolean {
    if (this.#askedIn !== round.number) {
      this.#askedIn = round.number;
      this.#answer = holds(this.condition, round.view, round.context);
    }
    return this.#answer;
  }
}

export class Slots {
  readonly #slots = new Map<string, Slot>();
  readonly #indexes = new Map<number, FieldIndex>();
  /** By the fields that they read. */
  readonly #lone = new Map<number, Set<LoneSlot>>();

  get size(): number {
    return this.#slots.size;
  }

  all(): Iterable<Slot> {
    return this.#slots.values();
  }

  /** How many conditions of a field are tried one by one on a row; the others are found by the value. */
  triedOneByOne(field: number): number {
    return this.#indexes.get(field)?.triedOneByOne ?? 0;
  }

  acquire(condition: Condition, segment: string): Slot {
    const key = slotKey(condition);
    const slot = this.#slots.get(key) ?? this.#make(condition);
    this.#slots.set(key, slot);
    slot.users.add(segment);
    return slot;
  }

  release(slot: Slot, segment: string): void {
    slot.users.delete(segment);
    if (slot.users.size > 0) return;
    if (slot instanceof FieldSlot) slot.index.remove(slot);
    else for (const field of fieldsOfCondition(slot.condition)) this.#lone.get(field)?.delete(slot as LoneSlot);
    this.#slots.delete(slotKey(slot.condition));
  }

  /** The conditions whose answer for a row was turned by a change of these fields. */
  turned(fields: Iterable<number>, before: RowView, round: Round): Turned {
    const lone = new Set<LoneSlot>();
    const turned: Slot[] = [];
    const unsure: Slot[] = [];
    for (const field of fields) {
      const index = this.#indexes.get(field);
      if (isLookupField(field)) {
        unsure.push(...(index?.all() ?? []), ...(this.#lone.get(field) ?? []));
        continue;
      }
      if (index) index.turned(before.field(field, index.type), round.view.field(field, index.type), round, turned);
      for (const slot of this.#lone.get(field) ?? []) lone.add(slot);
    }
    for (const slot of lone) if (slot.held(round, before) !== slot.holds(round)) turned.push(slot);
    return { turned, unsure };
  }

  #makeLone(condition: Condition): LoneSlot {
    const slot = new LoneSlot(condition);
    for (const field of fieldsOfCondition(condition)) {
      const slots = this.#lone.get(field) ?? new Set();
      this.#lone.set(field, slots.add(slot));
    }
    return slot;
  }

  #make(condition: Condition): Slot {
    if (condition.kind !== "field") return this.#makeLone(condition);
    const index = this.#indexes.get(condition.field) ?? new FieldIndex(condition.type);
    this.#indexes.set(condition.field, index);
    const slot = new FieldSlot(condition, index);
    index.add(slot);
    return slot;
  }
}

const slotKey = (condition: Condition): string =>
  condition.kind === "segment" ? condition.key : `${condition.type} ${condition.key}`;
