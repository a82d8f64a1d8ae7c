/**
 * All conditions on one field. Those that ask for equality are found by looking the value up; the others are
 * tried in turn, each once.
 */
import type { Matcher, ValueView } from "../predicates/index.ts";
import type { TypedValue } from "../values/types.ts";
import { matcherOf } from "./matchers.ts";
import type { Condition } from "./plan.ts";
import type { RowView } from "./row-view.ts";

/** One distinct condition, shared by all segments that have it. */
export class Slot {
  readonly condition: Condition;
  readonly index: FieldIndex;
  readonly matcher: Matcher;
  /** How many segments hold it. */
  users = 0;
  /** The last round in which it was found true. */
  trueIn = 0;

  constructor(condition: Condition, index: FieldIndex) {
    this.condition = condition;
    this.index = index;
    this.matcher = matcherOf(condition);
  }
}

type Key = string | number | boolean;
type Lookup = Map<Key, Set<Slot>>;

/** Where a condition is found: by exact value, by folded value, or only by trying. */
type Place = { readonly by: "value" | "folded"; readonly keys: readonly Key[] } | null;

export class FieldIndex {
  readonly #byValue: Lookup = new Map();
  readonly #byFolded: Lookup = new Map();
  #others: Slot[] = [];
  #round = 0;

  get triedOneByOne(): number {
    return this.#others.length;
  }

  add(slot: Slot): void {
    const place = placeOf(slot.condition);
    if (place === null) this.#others.push(slot);
    else for (const key of place.keys) slotsOf(this.#lookup(place.by), key).add(slot);
  }

  remove(slot: Slot): void {
    const place = placeOf(slot.condition);
    if (place === null) this.#others = this.#others.filter((other) => other !== slot);
    else for (const key of place.keys) forget(this.#lookup(place.by), key, slot);
  }

  #lookup(by: "value" | "folded"): Lookup {
    return by === "value" ? this.#byValue : this.#byFolded;
  }

  /** Whether a condition of this field holds in a round. The first that asks makes the field's row be read. */
  holds(slot: Slot, row: RowView, round: number): boolean {
    if (this.#round !== round) {
      this.#round = round;
      const view = row.field(slot.condition.field, slot.condition.type);
      if (view.value !== null) this.#mark(view, round);
    }
    return slot.trueIn === round;
  }

  #mark(view: ValueView, round: number): void {
    if (this.#byValue.size > 0) markFound(this.#byValue, view.value, round);
    if (this.#byFolded.size > 0) markFound(this.#byFolded, view.folded, round);
    for (const slot of this.#others) if (slot.matcher.matchesValue(view)) slot.trueIn = round;
  }
}

function placeOf({ predicate }: Condition): Place {
  if (predicate.kind === "element" || (predicate.kind === "text" && predicate.how === "equals")) {
    return { by: predicate.fold ? "folded" : "value", keys: predicate.needles };
  }
  if (predicate.kind !== "spans") return null;
  const points = predicate.spans.filter((low, i) => i % 2 === 0 && low === predicate.spans[i + 1]);
  return points.length * 2 === predicate.spans.length ? { by: "value", keys: points } : null;
}

function slotsOf(lookup: Lookup, key: Key): Set<Slot> {
  const slots = lookup.get(key) ?? new Set<Slot>();
  lookup.set(key, slots);
  return slots;
}

function forget(lookup: Lookup, key: Key, slot: Slot): void {
  const slots = lookup.get(key);
  slots?.delete(slot);
  if (slots?.size === 0) lookup.delete(key);
}

function markFound(lookup: Lookup, value: TypedValue, round: number): void {
  if (typeof value === "object") for (const key of value ?? []) markSlots(lookup.get(key), round);
  else markSlots(lookup.get(value), round);
}

function markSlots(slots: ReadonlySet<Slot> | undefined, round: number): void {
  if (slots !== undefined) for (const slot of slots) slot.trueIn = round;
}
