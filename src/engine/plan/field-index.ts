/**
 * All conditions on one field. Those that ask for equality are found by looking the value up; the others are
 * tried in turn, each once.
 */
import type { ValueView } from "../predicates/index.ts";
import type { TypedValue } from "../values/types.ts";
import { matcherOf } from "./matchers.ts";
import type { Condition } from "./plan.ts";

type Lookup = Map<string | number | boolean, Set<number>>;

/** Where a condition is found: by exact value, by folded value, or only by trying. */
type Place = { readonly by: "value" | "folded"; readonly keys: readonly (string | number | boolean)[] } | null;

export class FieldIndex {
  readonly #byValue: Lookup = new Map();
  readonly #byFolded: Lookup = new Map();
  readonly #others = new Map<number, Condition>();

  add(slot: number, condition: Condition): void {
    const place = placeOf(condition);
    if (place === null) this.#others.set(slot, condition);
    else for (const key of place.keys) slotsOf(this.#lookup(place.by), key).add(slot);
  }

  remove(slot: number, condition: Condition): void {
    const place = placeOf(condition);
    if (place === null) this.#others.delete(slot);
    else for (const key of place.keys) forget(this.#lookup(place.by), key, slot);
  }

  #lookup(by: "value" | "folded"): Lookup {
    return by === "value" ? this.#byValue : this.#byFolded;
  }

  /** Calls `visit` with the slot of each condition that holds of a value that is not empty. */
  forEachTrue(view: ValueView, visit: (slot: number) => void): void {
    if (this.#byValue.size > 0) lookUp(this.#byValue, view.value, visit);
    if (this.#byFolded.size > 0) lookUp(this.#byFolded, view.folded, visit);
    for (const [slot, condition] of this.#others) if (matcherOf(condition).matchesValue(view)) visit(slot);
  }
}

function placeOf({ predicate }: Condition): Place {
  if (predicate.kind === "element") return { by: predicate.fold ? "folded" : "value", keys: predicate.needles };
  if (predicate.kind === "text" && predicate.how === "equals") {
    return { by: predicate.fold ? "folded" : "value", keys: predicate.needles };
  }
  if (predicate.kind !== "spans") return null;
  const points = predicate.spans.filter((low, i) => i % 2 === 0 && low === predicate.spans[i + 1]);
  return points.length * 2 === predicate.spans.length ? { by: "value", keys: points } : null;
}

function slotsOf(lookup: Lookup, key: string | number | boolean): Set<number> {
  const slots = lookup.get(key) ?? new Set<number>();
  lookup.set(key, slots);
  return slots;
}

function forget(lookup: Lookup, key: string | number | boolean, slot: number): void {
  const slots = lookup.get(key);
  slots?.delete(slot);
  if (slots?.size === 0) lookup.delete(key);
}

function lookUp(lookup: Lookup, value: TypedValue, visit: (slot: number) => void): void {
  const keys = typeof value === "object" && value !== null ? value : [value as string | number | boolean];
  for (const key of keys) for (const slot of lookup.get(key) ?? []) visit(slot);
}
