/**
 * `npm run demo`: sample data on an empty data folder, then a small stream of changes, so that there is
 * something live to look at. It drives the running program over its public HTTP API only, like a user.
 */
import { signIn } from "./demo/client.ts";
import { seeded } from "./demo/random.ts";
import { setUp } from "./demo/set-up.ts";
import { streamChanges } from "./demo/stream.ts";

/** What the demo needs to know of the running program. */
export interface DemoOptions {
  /** Where the program listens, without a slash at the end. */
  readonly url: string;
  /** The address for people, where it is another one (CUTTY_PUBLIC_URL). */
  readonly publicUrl?: string;
  /** Makes a one-time sign-in token for the first owner (for `POST /api/v1/auth/sign-in-link`). */
  readonly createSignInToken: () => Promise<string>;
  /** The program's clock, in epoch milliseconds. */
  readonly now: () => number;
  /** Writes a line for the person who started the demo. */
  readonly print: (line: string) => void;
}

export interface Demo {
  /** Ends the stream of changes; resolves when the last call has been answered. */
  stop(): Promise<void>;
}

/**
 * The environment of a demo: a data folder of its own and, so that no set-up is needed, a first owner.
 * Whatever the caller set stays. Apply it before the settings are read.
 */
export function demoEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const owner = { CUTTY_ADMIN_EMAIL: "demo@example.com", CUTTY_ADMIN_PASSWORD: crypto.randomUUID() };
  return { CUTTY_DATA: "./data/demo", ...owner, ...env };
}

/**
 * Call it once the program answers. It goes on in the background: lines tell when the data is there, or why
 * it is not. A stop in between ends it silently.
 */
export function startDemo(options: DemoOptions): Demo {
  const ending = new AbortController();
  const done = play(options, ending.signal).catch((error: unknown) => {
    if (!ending.signal.aborted) options.print(`The demo has ended: ${error instanceof Error ? error.message : error}`);
  });
  return {
    stop() {
      ending.abort();
      return done;
    },
  };
}

async function play(options: DemoOptions, signal: AbortSignal): Promise<void> {
  const { url, publicUrl = url, createSignInToken, now, print } = options;
  const client = await signIn(url, createSignInToken, signal);
  const data = await setUp(client, now());
  print(
    `Demo: ${data.customers.length.toLocaleString("en")} customers, three segments, one sync, two changes a second.`,
  );
  print(`Address: ${publicUrl}`);
  print(`Sign in (once): ${publicUrl}/sign-in?token=${await createSignInToken()}`);
  await streamChanges(client, data, { random: seeded(now()), now, signal });
}
