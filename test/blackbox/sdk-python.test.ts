/** The Python SDK's own tests, run by Python against this server while its rows change. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { createKey } from "./keys.ts";
import { createDataset, createSegment, members, only, recordPath, upsert } from "./nouns.ts";
import { seed } from "./seed.ts";
import { openWorkspace } from "./workspace.ts";

const ROWS = 1_500;
const SDK = join(import.meta.dirname, "../../sdk/python");
let owner: Client;
let dataset: string;
let moving: string;
let settings: Record<string, string>;

beforeAll(async () => {
  ({ owner } = await openWorkspace());
  dataset = (await createDataset(owner, { key: "id" })).id;
  await upsert(
    owner,
    dataset,
    Array.from({ length: ROWS }, (_, n) => ({
      ...{ id: `k${n}`, n, plan: n % 2 === 0 ? "Pro" : "Free", kind: n % 3 === 0 ? "steady" : "other" },
      email: `k${n}@example.com`,
    })),
  );
  moving = (await createSegment(owner, dataset, only("plan", "equals", "Pro"), { api_exposed: true })).id;
  const steady = await createSegment(owner, dataset, only("kind", "equals", "steady"), { api_exposed: true });
  const { key } = await createKey(owner, { rate_limits: { members: 100_000, standard: 100_000 } });
  settings = {
    ...{ CUTTY_URL: owner.url, CUTTY_KEY: key, CUTTY_DATASET: dataset },
    ...{ CUTTY_STEADY: steady.id, CUTTY_MOVING: moving },
  };
});

interface Running {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  readonly output: { out: string; err: string };
  readonly ended: Promise<number | null>;
}

function startPython(): Running {
  const env = { ...process.env, ...settings, PYTHONDONTWRITEBYTECODE: "1", PYTHONUNBUFFERED: "1" };
  const args = ["-m", "unittest", "discover", "-v", "-s", "tests", "-t", "."];
  const child = spawn("python3", args, { cwd: SDK, env, stdio: ["ignore", "pipe", "pipe"] });
  const output = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.err += text;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("close", resolve);
    child.on("error", ({ message }) =>
      reject(new Error(`python3 could not be started (${message}). Install it: "apt-get install python3".`)),
    );
  });
  return { process: child, output, ended };
}

/** Rows come, go and change until `enough`. Keys from a third up, of those that no segment of the tests is made of. */
async function changeRows(enough: () => boolean): Promise<void> {
  let state = seed;
  const below = (n: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  while (!enough()) {
    const rows = Array.from({ length: 30 }, () => ({
      ...{ id: `k${below(ROWS)}`, plan: below(2) === 0 ? "Pro" : "Free", n: below(1_000) },
    }));
    await upsert(owner, dataset, rows);
    const other = 3 * below(ROWS / 3) + 1;
    await owner.send("DELETE", recordPath(dataset, `k${other}`));
  }
}

test("U8 U11 the Python SDK passes its tests against this server, and follows to the exact members", async () => {
  const { process: child, output, ended } = startPython();
  let over = false;
  const status = ended.finally(() => {
    over = true;
  });
  status.catch(() => {});
  try {
    await changeRows(() => over || output.out.includes("followed"));
    if (!over) await upsert(owner, dataset, [{ id: "the-last", plan: "Pro", n: 1 }]);
    const code = await status;
    expect(code, output.err).toBe(0);
  } finally {
    child.kill();
  }
  expect(Number(/^Ran (\d+) tests/m.exec(output.err)?.[1]), output.err).toBeGreaterThan(0);
  expect(output.err).toMatch(/^OK$/m);
  const last = /^members (.*)$/m.exec(output.out)?.[1] ?? "{}";
  const followed = JSON.parse(last) as Record<string, { n: number; plan: string }>;
  const there = (await members(owner, moving)).map(({ key, fields }) => [key, { n: fields.n, plan: fields.plan }]);
  expect(there.length).toBeGreaterThan(0);
  expect(followed).toEqual(Object.fromEntries(there));
});
