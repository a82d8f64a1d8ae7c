/**
 * What was read of the control plane, kept until its next write: where the host counts writes, what is kept is what a
 * new look would find. On other hosts nothing is kept. Readers share what they are given: it is not to be changed.
 */
import type { D1Database } from "../platform/types.ts";
import { type Database, d1Of } from "./database.ts";

interface Kept {
  /** The number of writes that all of it was read after. */
  writes: number;
  readonly values: Map<string, Promise<unknown>>;
}

/** More than that is forgotten all at once. */
const MOST_KEPT = 20_000;
/** Longer keys come from callers who make things up. */
const LONGEST_KEY = 300;

const kept = new WeakMap<D1Database, Kept>();

/** What `load` reads; `key` says which: a load with the same key reads the same. */
export function remembered<T>(db: Database, key: string, load: () => Promise<T>): Promise<T> {
  const d1 = d1Of(db);
  const writes = d1?.writes?.();
  if (d1 === undefined || writes === undefined || key.length > LONGEST_KEY) return load();
  const { values } = keptSince(d1, writes);
  const known = values.get(key);
  if (known) return known as Promise<T>;
  const loading = load();
  values.set(key, loading);
  // What was read while somebody wrote may be of before and after. (A failure is for those who asked, not for later ones.)
  const unless = (isWhole: boolean) => {
    if (!isWhole && values.get(key) === loading) values.delete(key);
  };
  loading.then(
    () => unless(d1.writes?.() === writes),
    () => unless(false),
  );
  return loading;
}

function keptSince(d1: D1Database, writes: number): Kept {
  const known = kept.get(d1);
  if (known?.writes === writes && known.values.size < MOST_KEPT) return known;
  const fresh: Kept = { writes, values: new Map() };
  kept.set(d1, fresh);
  return fresh;
}
