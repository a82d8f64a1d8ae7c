/** Waits for a condition, never for a time: asks again at short intervals until the probe yields something. */

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 250;

/** The probe's first truthy answer; throws with the last one seen after `timeout` ms. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | null | undefined | false>,
  timeout = 20_000,
): Promise<T> {
  const deadline = performance.now() + timeout;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const answer = await probe();
    if (answer) return answer;
    if (performance.now() > deadline) throw new Error(`not within ${timeout} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Waits until `read()` gives `wanted` (compared as JSON); the error shows both. */
export async function eventuallyEquals(
  what: string,
  read: () => Promise<unknown>,
  wanted: unknown,
  timeout = 20_000,
): Promise<void> {
  const target = JSON.stringify(wanted);
  let last = "";
  try {
    await eventually(
      what,
      async () => {
        last = JSON.stringify(await read());
        return last === target;
      },
      timeout,
    );
  } catch (error) {
    throw new Error(`${String(error)}\n  wanted ${target.slice(0, 300)}\n  last   ${last.slice(0, 300)}`);
  }
}
