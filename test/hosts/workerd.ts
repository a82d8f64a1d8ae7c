/** The program as it would be deployed, in workerd on this machine: wrangler's own bundle and configuration. */
import { fileURLToPath } from "node:url";
import { createTestHarness } from "wrangler";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OFFLINE = { WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true", CLOUDFLARE_CF_FETCH_ENABLED: "false" };
const MINUTE_MS = 60_000;

export interface WorkerdOptions {
  /** As for the Node host: `CUTTY_ADMIN_EMAIL` and so on. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Rejects when the program cannot be bundled. */
export async function startWorkerd({
  env = {},
}: WorkerdOptions = {}): Promise<{ url: string; env(): Promise<unknown>; close(): Promise<void> }> {
  Object.assign(process.env, OFFLINE);
  const harness = createTestHarness({
    root: ROOT,
    workers: [{ configPath: "./wrangler.jsonc", secrets: secretsFrom(env) }],
  });
  const { url } = await harness.listen();
  const worker = harness.getWorker();
  await worker.applyD1Migrations("DB");
  // cron triggers do not fire by themselves here
  const cron = setInterval(() => void worker.scheduled({ cron: "* * * * *" }).catch(console.error), MINUTE_MS);
  return {
    url: url.href.replace(/\/$/, ""),
    // the Worker's bindings, for who asks an object itself
    env: () => worker.getEnv(),
    close: async () => {
      clearInterval(cron);
      await harness.close();
    },
  };
}

function secretsFrom(env: Readonly<Record<string, string>>): Record<string, string> {
  const secrets: Record<string, string | undefined> = {
    SECRET: env.CUTTY_SECRET ?? "a secret of the tests",
    ADMIN_EMAIL: env.CUTTY_ADMIN_EMAIL,
    ADMIN_PASSWORD: env.CUTTY_ADMIN_PASSWORD,
    PUBLIC_URL: env.CUTTY_PUBLIC_URL,
    TIME_ZONE: env.CUTTY_TIME_ZONE,
    CLOCK_OFFSET_MS: env.CUTTY_CLOCK && String(Date.parse(env.CUTTY_CLOCK) - Date.now()),
    WEBHOOK_ALLOW_PRIVATE: env.CUTTY_WEBHOOK_ALLOW_PRIVATE,
  };
  return Object.fromEntries(
    Object.entries(secrets).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
