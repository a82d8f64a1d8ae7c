/**
 * Who waits until an object's commits are on disk. One sync is under way at a time; what is committed meanwhile shares
 * the next one. Those who wait are called in the order in which they came.
 */
export type Waiter = (error: Error | null) => void;

export class DurableQueue {
  readonly #sync: (done: Waiter) => void;
  readonly #failed: (error: Error) => void;
  #next: Waiter[] = [];
  /** Something was committed since the last sync began. */
  #owed = false;
  #underway: Waiter[] | null = null;

  /** `failed` is called when a sync fails; it calls `end`. */
  constructor(sync: (done: Waiter) => void, failed: (error: Error) => void) {
    this.#sync = sync;
    this.#failed = failed;
  }

  /** Something is committed that may not be on disk yet. */
  get isOwed(): boolean {
    return this.#owed || this.#underway !== null;
  }

  /** There was a commit, and these wait for it. */
  committed(waiters: readonly Waiter[]): void {
    this.#owed = true;
    this.#next.push(...waiters);
    if (!this.#underway) this.#begin();
  }

  /** Calls once every commit made before is on disk: now, where nothing is owed. */
  wait(waiter: Waiter): void {
    if (this.#owed) this.#next.push(waiter);
    else if (this.#underway) this.#underway.push(waiter);
    else waiter(null);
  }

  /** Everything is on disk, or (with an error) never will be as far as this object can tell. */
  end(error: Error | null): void {
    const waiters = [...(this.#underway ?? []), ...this.#next];
    this.#owed = false;
    this.#underway = null;
    this.#next = [];
    for (const waiter of waiters) waiter(error);
  }

  #begin(): void {
    const waiters = this.#next;
    this.#underway = waiters;
    this.#next = [];
    this.#owed = false;
    this.#sync((error) => {
      if (this.#underway !== waiters) return; // it was ended meanwhile
      if (error) {
        this.#failed(error);
        return;
      }
      this.#underway = null;
      if (this.#owed) this.#begin();
      for (const waiter of waiters) waiter(null);
    });
  }
}
