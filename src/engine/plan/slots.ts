/** The distinct conditions of many segments. The answer of each for a row is found at most once a round. */
import type { Matcher, ValueView } from "../predicates/index.ts";
import { fieldsOfCondition } from "./compile.ts";
import { holds, type RowContext } from "./evaluate-row.ts";
import { FieldIndex, placeOf } from "./field-index.ts";
import { isLookupField } from "./lookup-field.ts";
import { matcherOf } from "./matchers.ts";
import type { Condition, FieldCondition } from "./plan.ts";
import type { RowView } from "./row-view.ts";
import type { Moment } from "./surroundings.ts";

/** One row under judgement. */
export interface Round {
  /** Rises from row to row. */
  readonly number: number;
  readonly view: RowView;
  readonly context: RowContext;
}

/** A segment that has conditions. */
export interface Owner {
  readonly id: string;
}

export interface Slot<Segment extends Owner = Owner> {
  readonly condition: Condition;
  /** Ids of the segments that have it. */
  readonly users: Set<string>;
  /** Those segments. */
  readonly owners: Set<Segment>;
  /** The last round in which it was found turned: what held before does not now, or the other way round. */
  turnedIn: number;
  holds(round: Round): boolean;
}

/** The conditions that a change concerns. */
export interface Turned<Segment extends Owner> {
  readonly turned: readonly Slot<Segment>[];
  /** Those that may have turned: what was looked up before may not be here any more. */
  readonly unsure: readonly Slot<Segment>[];
}

/** A test on a field: all conditions on the field are decided together. */
export class FieldSlot<Segment extends Owner = Owner> implements Slot<Segment> {
  readonly condition: FieldCondition;
  readonly users = new Set<string>();
  readonly owners = new Set<Segment>();
  readonly index: FieldIndex;
  /** The last round in which it was tried; those that are found by the value are not. */
  askedIn = 0;
  /** The last round in which it was found true. */
  trueIn = 0;
  turnedIn = 0;

  /** Whether the value finds it; else it is tried. */
  readonly isFoundByValue: boolean;
  #matcher: Matcher | null = null;

  constructor(condition: FieldCondition, index: FieldIndex) {
    this.condition = condition;
    this.index = index;
    this.isFoundByValue = placeOf(condition) !== null;
  }

  holds(round: Round): boolean {
    if (this.askedIn !== round.number) this.index.ask(this, round);
    return this.trueIn === round.number;
  }

  /** Of a value that is not empty. */
  matches(view: ValueView, moment: Moment): boolean {
    if (this.condition.predicate.kind === "window") return matcherOf(this.condition, moment).matchesValue(view);
    this.#matcher ??= matcherOf(this.condition, moment);
    return this.#matcher.matchesValue(view);
  }
}

/** Whatever is asked for itself: formulas, related records, segments. */
class LoneSlot<Segment extends Owner> implements Slot<Segment> {
  /** Before a change. */
  held(round: Round, before: RowView): boolean {
    return holds(this.condition, before, round.context);
  }

  readonly condition: Condition;
  readonly users = new Set<string>();
  readonly owners = new Set<Segment>();
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

export class Slots<Segment extends Owner> {
  readonly #slots = new Map<string, Slot<Segment>>();
  readonly #indexes = new Map<number, FieldIndex>();
  /** By the fields that they read. */
  readonly #lone = new Map<number, Set<LoneSlot<Segment>>>();

  get size(): number {
    return this.#slots.size;
  }

  all(): Iterable<Slot<Segment>> {
    return this.#slots.values();
  }

  /** How many conditions of a field are tried one by one on a row; the others are found by the value. */
  triedOneByOne(field: number): number {
    return this.#indexes.get(field)?.triedOneByOne ?? 0;
  }

  acquire(condition: Condition, segment: Segment): Slot<Segment> {
    const key = slotKey(condition);
    const slot = this.#slots.get(key) ?? this.#make(condition);
    this.#slots.set(key, slot);
    slot.users.add(segment.id);
    slot.owners.add(segment);
    return slot;
  }

  release(slot: Slot<Segment>, segment: Segment): void {
    slot.users.delete(segment.id);
    slot.owners.delete(segment);
    if (slot.users.size > 0) return;
    if (slot instanceof FieldSlot) slot.index.remove(slot);
    else
      for (const field of fieldsOfCondition(slot.condition)) this.#lone.get(field)?.delete(slot as LoneSlot<Segment>);
    this.#slots.delete(slotKey(slot.condition));
  }

  /** The conditions whose answer for a row was turned by a change of these fields. */
  turned(fields: Iterable<number>, before: RowView, round: Round): Turned<Segment> {
    const lone = new Set<LoneSlot<Segment>>();
    const turned: Slot<Segment>[] = [];
    const unsure: Slot<Segment>[] = [];
    for (const field of fields) {
      const index = this.#indexes.get(field);
      if (isLookupField(field)) {
        unsure.push(...((index?.all() ?? []) as Iterable<FieldSlot<Segment>>), ...(this.#lone.get(field) ?? []));
        continue;
      }
      if (index) index.turned(before.field(field, index.type), round.view.field(field, index.type), round, turned);
      for (const slot of this.#lone.get(field) ?? []) lone.add(slot);
    }
    for (const slot of lone) if (slot.held(round, before) !== slot.holds(round)) turned.push(slot);
    return { turned, unsure };
  }

  #makeLone(condition: Condition): LoneSlot<Segment> {
    const slot = new LoneSlot<Segment>(condition);
    for (const field of fieldsOfCondition(condition)) {
      const slots = this.#lone.get(field) ?? new Set();
      this.#lone.set(field, slots.add(slot));
    }
    return slot;
  }

  #make(condition: Condition): Slot<Segment> {
    if (condition.kind !== "field") return this.#makeLone(condition);
    const index = this.#indexes.get(condition.field) ?? new FieldIndex(condition.type);
    this.#indexes.set(condition.field, index);
    const slot = new FieldSlot<Segment>(condition, index);
    index.add(slot);
    return slot;
  }
}

const slotKey = (condition: Condition): string =>
  condition.kind === "segment" ? condition.key : `${condition.type} ${condition.key}`;
