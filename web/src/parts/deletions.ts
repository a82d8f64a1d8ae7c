/** What was deleted but may still come back: no list shows it, whatever the program still answers. */
import { useCallback, useSyncExternalStore } from "react";

let pending: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

function change(next: ReadonlySet<string>): void {
  pending = next;
  for (const listener of listeners) listener();
}

export const hide = (id: string) => change(new Set([...pending, id]));
export const restore = (id: string) => change(new Set([...pending].filter((other) => other !== id)));

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};

/** A filter for lists: whether a thing with this id is to be shown. */
export function useShown(): (id: string) => boolean {
  const deleted = useSyncExternalStore(subscribe, () => pending);
  return useCallback((id) => !deleted.has(id), [deleted]);
}

/** A record's key is unique only within its dataset. */
export const recordId = (datasetId: string, key: string) => `${datasetId} ${key}`;
