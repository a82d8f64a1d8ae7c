/**
 * The messages of one object that have not started. They start in order, each with its microtasks up to its
 * first await before the next: that is where its savepoint ends.
 */
export class Mailbox {
  #waiting: (() => void)[] = [];
  #draining = false;
  #closed = 0;

  push(start: () => void): void {
    this.#waiting.push(start);
    this.#open();
  }

  /** Starts nothing until the callback has settled. */
  async closedWhile<T>(callback: () => Promise<T>): Promise<T> {
    this.#closed++;
    try {
      return await callback();
    } finally {
      this.#closed--;
      this.#open();
    }
  }

  #open(): void {
    if (!this.#draining && this.#closed === 0) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#draining = true;
    while (this.#waiting.length > 0 && this.#closed === 0) await this.#startBatch(this.#waiting.splice(0));
    this.#draining = false;
  }

  async #startBatch(batch: (() => void)[]): Promise<void> {
    for (let index = 0; index < batch.length; index++) {
      batch[index]?.();
      await null;
      if (this.#closed === 0) continue;
      this.#waiting.unshift(...batch.slice(index + 1));
      return;
    }
  }
}
