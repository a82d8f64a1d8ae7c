/** Calls at once, and at the start of every minute, one at a time. */
const MINUTE_MS = 60_000;

export interface Cron {
  /** Resolves when a run in progress has ended. */
  stop(): Promise<void>;
}

export function everyMinute(run: (first: boolean) => Promise<void>): Cron {
  let running = attempt(true);
  let timer = next();
  function next(): NodeJS.Timeout {
    return setTimeout(tick, MINUTE_MS - (Date.now() % MINUTE_MS)).unref();
  }
  async function attempt(first: boolean): Promise<void> {
    await run(first).catch((error) => console.error("the minute's work failed", error));
  }
  async function tick(): Promise<void> {
    await running; // the first run may be long
    running = attempt(false);
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
