/** How each segment's count went since the page was opened: what the small trends draw. Kept in memory only. */
import { useCallback, useSyncExternalStore } from "react";

export interface Point {
  readonly at: number;
  readonly count: number;
}

const KEPT = 60;
const NONE: readonly Point[] = [];

export class Moves {
  readonly #points = new Map<string, readonly Point[]>();
  readonly #listeners = new Set<() => void>();

  /** Remembers a count; one that did not change is not a move. */
  note(segmentId: string, count: number, at: number): void {
    const known = this.#points.get(segmentId) ?? NONE;
    if (known.at(-1)?.count === count) return;
    this.#points.set(segmentId, [...known, { at, count }].slice(-KEPT));
    for (const listener of this.#listeners) listener();
  }

  of(segmentId: string): readonly Point[] {
    return this.#points.get(segmentId) ?? NONE;
  }

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };
}

export const moves = new Moves();

export function useMoves(segmentId: string): readonly Point[] {
  const read = useCallback(() => moves.of(segmentId), [segmentId]);
  return useSyncExternalStore(moves.subscribe, read);
}
