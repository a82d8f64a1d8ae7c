/** Calls at the start of every minute, one at a time. */
const MINUTE_MS = 60_000;

export interface Cron {
  /** Resolves when a run in progress has ended. */
  stop(): Promise<void>;
}

export function everyMinute(run: () => Promise<void>): Cron {
  let running: Promise<void> = Promise.resolve();
  let timer = next();
  function next(): NodeJS.Timeout {
    return setTimeout(tick, MINUTE_MS - (Date.now() % MINUTE_MS)).unref();
  }
  async function tick(): Promise<void> {
    running = run().catch((error) => console.error("the minute's work failed", error));
    await running;
    timer = next();
  }
  return {
    stop: async () => {
      clearTimeout(timer);
      await running;
      clearTimeout(timer);
    },
  };
}
