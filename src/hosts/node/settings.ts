/** Settings from the environment, as `npm start` takes them. */
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { ServerSettings } from "./server.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Throws an error that says what is wrong with which setting. */
export function settingsFrom(environment: Environment): ServerSettings {
  const host = environment.HOST || "127.0.0.1";
  const data = resolve(environment.CUTTY_DATA || "./data");
  const port = portFrom(environment.PORT);
  mkdirSync(data, { recursive: true });
  return {
    program: new URL(environment.CUTTY_PROGRAM ?? "../../program.ts", import.meta.url).href,
    migrations: here("../../control/migrations"),
    page: here("../../../web/dist"),
    data,
    host,
    port,
    trustProxy: isOn(environment.CUTTY_TRUST_PROXY),
    evictAlways: environment.CUTTY_EVICT === "always",
    vars: {
      SECRET: environment.CUTTY_SECRET || keptSecret(data),
      PUBLIC_URL: environment.CUTTY_PUBLIC_URL || `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
      TIME_ZONE: environment.CUTTY_TIME_ZONE || undefined,
      CLOCK_OFFSET_MS: clockOffset(environment.CUTTY_CLOCK, host),
      CORES: String(availableParallelism()),
      // More shards than threads gain nothing here, and each takes part in every write, count and edit.
      ROWS_A_SHARD: "10000000",
      // A quarter of the machine for columns, shared by the threads that hold shards.
      COLUMN_BYTES: String(Math.floor(totalmem() / 4 / availableParallelism())),
      ADMIN_EMAIL: environment.CUTTY_ADMIN_EMAIL || undefined,
      ADMIN_PASSWORD: environment.CUTTY_ADMIN_PASSWORD || undefined,
      WEBHOOK_ALLOW_PRIVATE: isOn(environment.CUTTY_WEBHOOK_ALLOW_PRIVATE) ? "true" : undefined,
    },
  };
}

function portFrom(text: string | undefined): number {
  const port = Number(text || 8787);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT is ${text}; it is a number from 0 to 65535.`);
  return port;
}

/** Once, so that every thread's clock is the same. */
function clockOffset(clock: string | undefined, host: string): string | undefined {
  if (!clock) return undefined;
  if (!LOOPBACK.has(host))
    throw new Error("CUTTY_CLOCK is for trials: it works only where HOST is a loopback address.");
  const at = Date.parse(clock);
  if (Number.isNaN(at)) throw new Error(`CUTTY_CLOCK is ${clock}; it is a time such as 2026-03-01T12:00:00Z.`);
  return String(at - Date.now());
}

/** Made at the first start; losing it would sign everybody out. */
function keptSecret(data: string): string {
  const path = join(data, "secret");
  if (existsSync(path)) return readFileSync(path, "utf8").trim();
  const secret = randomBytes(32).toString("base64url");
  const file = openSync(path, "wx", 0o600);
  writeSync(file, `${secret}\n`);
  fsyncSync(file);
  closeSync(file);
  return secret;
}

function isOn(text: string | undefined): boolean {
  return text !== undefined && !["", "0", "false", "no"].includes(text.toLowerCase());
}
