/**
 * Conditions on a number between bounds, by their bounds: a value that moves can turn only those of which a bound lies
 * between where it was and where it is.
 */
import { lowerBound } from "../columns/ascending.ts";
import type { FieldSlot } from "./slots.ts";

export class Borders {
  readonly #slots = new Set<FieldSlot>();
  /** Bounds ascending, each with its condition; null when that has to be found out. */
  #sorted: { readonly bounds: Float64Array; readonly slots: readonly FieldSlot[] } | null = null;

  get size(): number {
    return this.#slots.size;
  }

  all(): Iterable<FieldSlot> {
    return this.#slots;
  }

  add(slot: FieldSlot): void {
    this.#slots.add(slot);
    this.#sorted = null;
  }

  remove(slot: FieldSlot): void {
    if (this.#slots.delete(slot)) this.#sorted = null;
  }

  /** Visits every condition with a bound from `low` to `high`, both included; one with several, several times. */
  between(low: number, high: number, visit: (slot: FieldSlot) => void): void {
    const { bounds, slots } = this.#inOrder();
    for (let at = lowerBound(bounds, low); at < bounds.length && (bounds[at] as number) <= high; at++) {
      visit(slots[at] as FieldSlot);
    }
  }

  #inOrder(): { readonly bounds: Float64Array; readonly slots: readonly FieldSlot[] } {
    if (this.#sorted !== null) return this.#sorted;
    const pairs = [...this.#slots].flatMap((slot) => boundsOf(slot).map((bound) => ({ bound, slot })));
    pairs.sort((a, b) => a.bound - b.bound);
    this.#sorted = {
      bounds: Float64Array.from(pairs, ({ bound }) => bound),
      slots: pairs.map(({ slot }) => slot),
    };
    return this.#sorted;
  }
}

export function boundsOf({ condition: { predicate } }: Pick<FieldSlot, "condition">): readonly number[] {
  return predicate.kind === "spans" ? predicate.spans : [];
}
