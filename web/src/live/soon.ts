/** Runs the newest task of a name once, a little later: a burst of news asks the program again just once. */
export class Soon {
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  run(name: string, delay: number, task: () => void): void {
    if (this.#timers.has(name)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(name);
      task();
    }, delay);
    this.#timers.set(name, timer);
  }

  cancel(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
