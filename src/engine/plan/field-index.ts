/**
 * All conditions on one field. Those that ask for equality are found by looking the value up, those between bounds by
 * where the value was and is; the others are tried. Each is tried at most once a round, and only where it matters.
 */
import type { ValueView } from "../predicates/index.ts";
import type { FieldType, TypedValue } from "../values/types.ts";
import { Borders, boundsOf } from "./borders.ts";
import type { FieldCondition } from "./plan.ts";
import type { FieldSlot, Round, Slot } from "./slots.ts";

type Key = string | number | boolean;
type Lookup = Map<Key, Set<FieldSlot>>;
/** Where a condition is found: by exact value, by folded value, or only by trying. */
type Place = { readonly by: "value" | "folded"; readonly keys: readonly Key[] } | null;

export class FieldIndex {
  readonly #byValue: Lookup = new Map();
  readonly #byFolded: Lookup = new Map();
  readonly #borders = new Borders();
  #others: FieldSlot[] = [];
  /** The last round in which those that are found by the value were. */
  #round = 0;
  /** Of the field. */
  readonly type: FieldType;

  constructor(type: FieldType) {
    this.type = type;
  }

  /** Every condition on the field. */
  *all(): Generator<FieldSlot, void, undefined> {
    for (const lookup of [this.#byValue, this.#byFolded]) for (const slots of lookup.values()) yield* slots;
    yield* this.#borders.all();
    yield* this.#others;
  }

  get triedOneByOne(): number {
    return this.#others.length + this.#borders.size;
  }

  add(slot: FieldSlot): void {
    const place = placeOf(slot.condition);
    if (place === null && boundsOf(slot).length > 0) this.#borders.add(slot);
    else if (place === null) this.#others.push(slot);
    else for (const key of place.keys) slotsOf(this.#lookup(place.by), key).add(slot);
  }

  remove(slot: FieldSlot): void {
    const place = placeOf(slot.condition);
    if (place === null && boundsOf(slot).length > 0) this.#borders.remove(slot);
    else if (place === null) this.#others = this.#others.filter((other) => other !== slot);
    else for (const key of place.keys) forget(this.#lookup(place.by), key, slot);
  }

  #lookup(by: "value" | "folded"): Lookup {
    return by === "value" ? this.#byValue : this.#byFolded;
  }

  /** Finds out whether a condition of this field holds in a round: its `trueIn` tells. */
  ask(slot: FieldSlot, { number, view, context }: Round): void {
    const isFound = slot.isFoundByValue;
    if (isFound && this.#round === number) return;
    const value = view.field(slot.condition.field, slot.condition.type);
    if (isFound) this.#find(value, number);
    else {
      slot.askedIn = number;
      if (value.value !== null && slot.matches(value, context.moment)) slot.trueIn = number;
    }
  }

  #find(view: ValueView, round: number): void {
    this.#round = round;
    if (view.value === null) return;
    if (this.#byValue.size > 0) markFound(this.#byValue, view.value, round);
    if (this.#byFolded.size > 0) markFound(this.#byFolded, view.folded, round);
  }

  /** With the value before a change and after it. Adds the conditions that the change turned. */
  turned(before: ValueView, after: ValueView, { number, context }: Round, turned: Slot[]): void {
    this.#round = number;
    if (this.#byValue.size + this.#byFolded.size > 0) this.#turnedByValue(before, after, number, turned);
    const [from, to] = [before.value, after.value];
    const attempt = (slot: FieldSlot) => {
      if (slot.askedIn === number) return;
      slot.askedIn = number;
      const is = to !== null && slot.matches(after, context.moment);
      if (is) slot.trueIn = number;
      if ((from !== null && slot.matches(before, context.moment)) !== is) turned.push(slot);
    };
    for (const slot of this.#others) attempt(slot);
    if (typeof from === "number" && typeof to === "number") {
      this.#borders.between(Math.min(from, to), Math.max(from, to), attempt);
    } else for (const slot of this.#borders.all()) attempt(slot);
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
}

export function placeOf({ predicate }: FieldCondition): Place {
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
