/** The distinct conditions of many segments. The answer of each for a row is found at most once a round. */
import { holds, type RowContext } from "./evaluate-row.ts";
import { FieldIndex } from "./field-index.ts";
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
  holds(round: Round): boolean;
}

/** A test on a field: all conditions on the field are decided together. */
export class FieldSlot implements Slot {
  readonly condition: FieldCondition;
  readonly users = new Set<string>();
  readonly index: FieldIndex;
  /** The last round in which it was found true. */
  trueIn = 0;

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
  readonly condition: Condition;
  readonly users = new Set<string>();
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
    this.#slots.delete(slotKey(slot.condition));
  }

  #make(condition: Condition): Slot {
    if (condition.kind !== "field") return new LoneSlot(condition);
    const index = this.#indexes.get(condition.field) ?? new FieldIndex();
    this.#indexes.set(condition.field, index);
    const slot = new FieldSlot(condition, index);
    index.add(slot);
    return slot;
  }
}

const slotKey = (condition: Condition): string =>
  condition.kind === "segment" ? condition.key : `${condition.type} ${condition.key}`;
