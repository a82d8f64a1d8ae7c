/** The demo as somebody starts it: a process on an empty folder, and again on the same one. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { type Client, signIn } from "./client.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "cutty-demo-"));
const started: ChildProcess[] = [];

interface Running {
  readonly client: Client;
  readonly url: string;
  readonly stop: () => Promise<number | null>;
}

interface Segment {
  readonly name: string;
  readonly status: string;
  readonly member_count: number;
}

afterAll(() => {
  for (const child of started) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Starts a demo and signs in with the link that it prints. */
async function startDemoProcess(): Promise<Running> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, "--demo"], {
    env: { ...process.env, PORT: String(await freePort()), HOST: "127.0.0.1", CUTTY_DATA: folder },
    stdio: ["ignore", "pipe", "inherit"],
  });
  started.push(child);
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url, token] = /(http:\S+)\/sign-in\?token=(\S+)/.exec(line) ?? [];
    if (url === undefined || token === undefined) continue;
    child.stdout.resume();
    const stop = () => {
      child.kill("SIGTERM");
      return ended;
    };
    return { client: await signIn(url, async () => token), url, stop };
  }
  throw new Error(`the demo ended with ${await ended} and printed no link`);
}

const dataset = async (client: Client) =>
  (await client.get<{ data: { name: string; record_count: number }[] }>("/datasets")).data[0];
const segments = async (client: Client) => (await client.get<{ data: Segment[] }>("/segments")).data;

/** Asks until the answer will do. */
async function until<T>(ask: () => Promise<T>, good: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (good(answer)) return answer;
  }
}

test("an empty folder becomes 10,000 customers, three live segments and a sync that move", {
  timeout: 90_000,
}, async () => {
  const { client, stop } = await startDemoProcess();
  expect(await dataset(client)).toMatchObject({ name: "Customers" });
  const first = await until(
    () => segments(client),
    (all) => all.length === 3 && all.every(({ status, member_count }) => status === "live" && member_count > 20),
  );
  await until(
    () => client.get<{ data: { status: string; audience_size: number }[] }>("/syncs"),
    ({ data }) => data.length === 1 && (data[0]?.audience_size ?? 0) > 20,
  );
  const counts = (all: Segment[]) => JSON.stringify(all.map(({ name, member_count }) => [name, member_count]));
  await until(
    () => segments(client),
    (all) => counts(all) !== counts(first),
  );
  expect(await stop()).toBe(0);
});

test("a second start goes on with the same data", { timeout: 60_000 }, async () => {
  const { client, stop } = await startDemoProcess();
  const customers = await dataset(client);
  expect(customers?.record_count).toBeGreaterThan(9_900);
  expect(customers?.record_count).toBeLessThan(10_100);
  expect(await segments(client)).toHaveLength(3);
  expect(await stop()).toBe(0);
});
