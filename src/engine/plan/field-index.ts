/**
 * All conditions on one field. Those that ask for equality are found by looking the value up; the others are
 * tried in turn, each once.
 */
import type { ValueView } from "../predicates/index.ts";
import type { FieldType, TypedValue } from "../values/types.ts";
import { matcherOf } from "./matchers.ts";
import type { FieldCondition } from "./plan.ts";
import type { FieldSlot, Round, Slot } from "./slots.ts";
import type { Moment } from "./surroundings.ts";

type Key = string | number | boolean;
type Lookup = Map<Key, Set<FieldSlot>>;
/** Where a condition is found: by exact value, by folded value, or only by trying. */
type Place = { readonly by: "value" | "folded"; readonly keys: readonly Key[] } | null;

export class FieldIndex {
  readonly #byValue: Lookup = new Map();
  readonly #byFolded: Lookup = new Map();
  #others: FieldSlot[] = [];
  #round = 0;
  /** Of the field. */
  readonly type: FieldType;

  constructor(type: FieldType) {
    this.type = type;
  }

  /** Every condition on the field. */
  *all(): Generator<FieldSlot, void, undefined> {
    for (const lookup of [this.#byValue, this.#byFolded]) for (const slots of lookup.values()) yield* slots;
    yield* this.#others;
  }

  get triedOneByOne(): number {
    return this.#others.length;
  }

  add(slot: FieldSlot): void {
    const place = placeOf(slot.condition);
    if (place === null) this.#others.push(slot);
    else for (const key of place.keys) slotsOf(this.#lookup(place.by), key).add(slot);
  }

  remove(slot: FieldSlot): void {
    const place = placeOf(slot.condition);
    if (place === null) this.#others = this.#others.filter((other) => other !== slot);
    else for (const key of place.keys) forget(this.#lookup(place.by), key, slot);
  }

  #lookup(by: "value" | "folded"): Lookup {
    return by === "value" ? this.#byValue : this.#byFolded;
  }

  /** Whether a condition of this field holds in a round. The first that asks makes the field's row be read. */
  holds(slot: FieldSlot, { number, view, context }: Round): boolean {
    if (this.#round !== number) {
      this.#round = number;
      const value = view.field(slot.condition.field, slot.condition.type);
      if (value.value !== null) this.#mark(value, number, context.moment);
    }
    return slot.trueIn === number;
  }

  /** Decides the round with the value after a change. Adds the conditions that the change turned. */
  turned(before: ValueView, after: ValueView, { number, context }: Round, turned: Slot[]): void {
    this.#round = number;
    if (this.#byValue.size + this.#byFolded.size > 0) this.#turnedByValue(before, after, number, turned);
    for (const slot of this.#others) {
      const matcher = matcherOf(slot.condition, context.moment);
      const was = before.value !== null && matcher.matchesValue(before);
      const is = after.value !== null && matcher.matchesValue(after);
      if (is) slot.trueIn = number;
      if (was !== is) turned.push(slot);
    }
  }

  #turnedByValue(before: ValueView, after: ValueView, round: number, turned: Slot[]): void {
    const candidates = new Set<FieldSlot>();
    const find = (view: ValueView, found: (slot: FieldSlot) => void) => {
      if (view.value === null) return;
      if (this.#byValue.size > 0) forEachFound(this.#byValue, view.value, found);
      if (this.#byFolded.size > 0) forEachFound(this.#byFolded, view.folded, found);
    };
    find(before, (slot) => candidates.add(slot));
    find(after, (slot) => {
      slot.trueIn = round;
      if (!candidates.delete(slot)) candidates.add(slot);
    });
    turned.push(...candidates);
  }

  #mark(view: ValueView, round: number, moment: Moment): void {
    if (this.#byValue.size > 0) markFound(this.#byValue, view.value, round);
    if (this.#byFolded.size > 0) markFound(this.#byFolded, view.folded, round);
    for (const slot of this.#others) if (matcherOf(slot.condition, moment).matchesValue(view)) slot.trueIn = round;
  }
}

function placeOf({ predicate }: FieldCondition): Place {
  if (predicate.kind === "element" || (predicate.kind === "text" && predicate.how === "equals")) {
    return { by: predicate.fold ? "folded" : "value", keys: predicate.needles };
  }
  if (predicate.kind !== "spans") return null;
  const points = predicate.spans.filter((low, i) => i % 2 === 0 && low === predicate.spans[i + 1]);
  return points.length * 2 === predicate.spans.length ? { by: "value", keys: points } : null;
}

function slotsOf(lookup: Lookup, key: Key): Set<FieldSlot> {
  const slots = lookup.get(key) ?? new Set<FieldSlot>();
  lookup.set(key, slots);
  return slots;
}

function forget(lookup: Lookup, key: Key, slot: FieldSlot): void {
  const slots = lookup.get(key);
  slots?.delete(slot);
  if (slots?.size === 0) lookup.delete(key);
}

function markFound(lookup: Lookup, value: TypedValue, round: number): void {
  forEachFound(lookup, value, (slot) => {
    slot.trueIn = round;
  });
}

function forEachFound(lookup: Lookup, value: TypedValue, found: (slot: FieldSlot) => void): void {
  const keys = typeof value === "object" ? new Set(value ?? []) : [value];
  const seen = typeof value === "object" ? new Set<FieldSlot>() : null;
  for (const key of keys) {
    for (const slot of lookup.get(key) ?? []) {
      if (seen?.has(slot)) continue;
      seen?.add(slot);
      found(slot);
    }
  }
}
