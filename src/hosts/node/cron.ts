/** Calls at once, and at the start of every minute, one at a time. */
const MINUTE_MS = 60_000;

export interface Cron {
  /** Resolves when a run in progress has ended. */
  stop(): Promise<void>;
}

export function everyMinute(run: (first: boolean) => Promise<void>): Cron {
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  async function work(first: boolean): Promise<void> {
    running = run(first).catch((error) => console.error("the minute's work failed", error));
    await running;
    timer = setTimeout(work, MINUTE_MS - (Date.now() % MINUTE_MS), false).unref();
  }
  void work(true);
  return {
    stop: async () => {
      clearTimeout(timer);
      await running;
      clearTimeout(timer);
    },
  };
}
