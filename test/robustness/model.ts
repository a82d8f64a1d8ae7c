/**
 * What the server has promised: each record as of the last acknowledged write, and beside it the write
 * that was on its way when the process died, which may have happened or not, but not by half.
 */
import type { Data } from "../blackbox/wire.ts";

/** undefined: there is no such record. */
export type State = Data | undefined;

interface InDoubt {
  before: State;
  after: State;
}

export class Model {
  readonly #known = new Map<string, State>();
  readonly #inDoubt = new Map<string, InDoubt>();
  acknowledged = 0;
  doubtful = 0;

  /** What the server must answer for the key, when nothing is in doubt. */
  get(key: string): State {
    return this.#known.get(key);
  }

  keys(): string[] {
    return [...new Set([...this.#known.keys(), ...this.#inDoubt.keys()])];
  }

  /** Every record that must be there. */
  records(): Data[] {
    return [...this.#known.values()].filter((state): state is Data => state !== undefined);
  }

  /** Runs one write of several records' new states; a throw leaves each of them in doubt. */
  async write(changes: ReadonlyMap<string, State>, send: () => Promise<unknown>): Promise<void> {
    for (const [key, after] of changes) this.#inDoubt.set(key, { before: this.#known.get(key), after });
    await send();
    for (const [key, after] of changes) {
      this.#known.set(key, after);
      this.#inDoubt.delete(key);
    }
    this.acknowledged += changes.size;
  }

  /** Compares what the server holds with what it promised; settles what was in doubt. Returns what is wrong. */
  settle(key: string, actual: State): string | null {
    const doubt = this.#inDoubt.get(key);
    const allowed = doubt ? [doubt.before, doubt.after] : [this.#known.get(key)];
    if (doubt) this.doubtful++;
    this.#inDoubt.delete(key);
    if (!allowed.some((state) => same(state, actual))) {
      return `${key} is ${JSON.stringify(actual)}, promised was ${allowed.map((state) => JSON.stringify(state)).join(" or ")}`;
    }
    this.#known.set(key, actual);
    return null;
  }
}

function same(a: State, b: State): boolean {
  if (a === undefined || b === undefined) return a === b;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => (a[name] ?? null) === (b[name] ?? null));
}
