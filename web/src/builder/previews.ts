/**
 * Asks for the count of what is being built. A newer question cancels an older one, and an older
 * answer is never taken, whenever it comes; what was valid last stays until something newer is.
 */
import { asProblem, type Problem } from "../api/http.ts";
import type { Preview, QueryGroup } from "../api/segments.ts";
import type { Point } from "../live/moves.ts";

/** So many counts of a trend are kept. */
const TREND = 60;

export interface PreviewState {
  /** The last valid answer. */
  readonly answer: Preview | null;
  /** Why the newest question has no answer. */
  readonly problem: Problem | null;
  /** The answer is not that of what is built now. */
  readonly stale: boolean;
  /** The counts of what is built now, as the data changed under it. */
  readonly trend: readonly Point[];
}

export const NO_PREVIEW: PreviewState = { answer: null, problem: null, stale: false, trend: [] };

export interface PreviewPorts {
  readonly ask: (query: QueryGroup, signal: AbortSignal) => Promise<Preview>;
  /** Runs the task a moment later, or when what is being built may be ready; the answer takes that back. */
  readonly later: (task: () => void, wait: "edit" | "building") => () => void;
  readonly changed: (state: PreviewState) => void;
}

/** What the question needs is not ready yet, and will be by itself. */
export const isBuilding = ({ code }: Problem) => code === "relation_building";

export class Previews {
  readonly #ports: PreviewPorts;
  #state: PreviewState = NO_PREVIEW;
  #sequence = 0;
  #asked: QueryGroup | null = null;
  #abort: AbortController | null = null;
  #takeBack: (() => void) | null = null;

  constructor(ports: PreviewPorts) {
    this.#ports = ports;
  }

  /** After an edit: asks a moment later, unless another edit comes first. */
  edit(query: QueryGroup): void {
    this.#drop();
    this.#asked = query;
    this.#set({ stale: this.#state.answer !== null, trend: [] });
    this.#takeBack = this.#ports.later(() => this.#send(query), "edit");
  }

  /** There is nothing valid to ask: the last answer stays, greyed. */
  hold(): void {
    this.#drop();
    this.#asked = null;
    this.#set({ stale: true, problem: null, trend: [] });
  }

  /** The data changed under the same question. */
  refresh(): void {
    if (this.#asked && !this.#abort && !this.#takeBack) this.#send(this.#asked);
  }

  stop(): void {
    this.#drop();
    this.#asked = null;
  }

  #send(query: QueryGroup): void {
    this.#takeBack = null;
    const sequence = ++this.#sequence;
    const abort = new AbortController();
    this.#abort = abort;
    const isNewest = () => sequence === this.#sequence && !abort.signal.aborted;
    const settle = (change: Partial<PreviewState>) => {
      if (!isNewest()) return;
      this.#abort = null;
      this.#set(change);
    };
    this.#ports.ask(query, abort.signal).then(
      (answer) => settle({ answer, problem: null, stale: false, trend: this.#trendWith(answer) }),
      (error) => {
        const problem = asProblem(error);
        settle({ problem, stale: true });
        if (isBuilding(problem) && isNewest()) {
          this.#takeBack = this.#ports.later(() => this.#send(query), "building");
        }
      },
    );
  }

  #trendWith({ count, computed_at }: Preview): readonly Point[] {
    const { trend } = this.#state;
    return trend.at(-1)?.count === count ? trend : [...trend, { at: Date.parse(computed_at), count }].slice(-TREND);
  }

  #drop(): void {
    this.#takeBack?.();
    this.#takeBack = null;
    this.#abort?.abort();
    this.#abort = null;
  }

  #set(change: Partial<PreviewState>): void {
    this.#state = { ...this.#state, ...change };
    this.#ports.changed(this.#state);
  }
}
