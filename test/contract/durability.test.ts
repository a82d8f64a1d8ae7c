import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Host, openHost } from "../../src/hosts/node/host.ts";
import { eventually, fresh } from "./host.ts";
import { CONTRACT_PROGRAM } from "./host-node.ts";
import type { ContractEnv } from "./program.ts";

describe("durability of the Node host", () => {
  let data: string;
  let host: Host;
  let env: ContractEnv;
  const open = async (evictAlways = false) => {
    const settings = {
      program: CONTRACT_PROGRAM,
      migrations: join(data, "none"),
      data,
      vars: { SECRET: "x" },
      evictAlways,
    };
    host = await openHost(settings);
    env = host.env as ContractEnv;
  };
  const commits = async () => (await host.facts()).reduce((sum, facts) => sum + facts.commits, 0);
  const inMemory = async () => (await host.facts()).reduce((sum, facts) => sum + facts.objectsInMemory, 0);

  beforeEach(async () => {
    data = mkdtempSync(join(tmpdir(), "cutty-durability-"));
    await open();
  });
  afterEach(async () => {
    await host.close();
    rmSync(data, { recursive: true, force: true });
  });

  test("H50 every open file is in WAL mode, and each commit is synced by SQLite or by its owner", async () => {
    await Promise.all(["a/0", "a/1", "b"].map((name) => env.PROBE.getByName(name).add("x")));
    await env.HUB.getByName("main").add("x");
    await env.DB.exec("CREATE TABLE t (a)");
    const databases = (await host.facts()).flatMap((facts) => facts.databases);
    expect(databases.length).toBeGreaterThanOrEqual(5);
    for (const { path, journalMode, synchronous, syncedBy } of databases) {
      const byCommit = path.endsWith("control.sqlite");
      expect({ journalMode, synchronous, syncedBy }).toEqual({
        ...{ journalMode: "wal", synchronous: byCommit ? 2 : 1, syncedBy: byCommit ? "commit" : "owner" },
      });
    }
  });

  test("H51 messages that wait share a commit, and a write alone has its own", async () => {
    const stub = env.PROBE.getByName("commits");
    await stub.add("first");
    const before = await commits();
    await Promise.all(Array.from({ length: 300 }, (_, index) => stub.add(`together ${index}`)));
    const shared = (await commits()) - before;
    expect(shared).toBeLessThan(100);
    for (let index = 0; index < 20; index++) await stub.add(`alone ${index}`);
    expect((await commits()) - before - shared).toBeGreaterThanOrEqual(20);
  });

  test("H53 a message that throws undoes only itself", async () => {
    const stub = env.PROBE.getByName("undo");
    const calls = [stub.add("a"), stub.writeAndThrow("b"), stub.add("c"), stub.writeAndReject("d"), stub.add("e")];
    await Promise.allSettled(calls);
    expect(await stub.all()).toEqual(["a", "c", "e"]);
  });

  test("H54 an alarm rings after a restart, by itself", async () => {
    const [worker, main] = [fresh("Alarm/3"), fresh("alarm")];
    await env.PROBE.getByName(worker).setAlarm(400);
    await env.HUB.getByName(main).setAlarm(400);
    await host.close();
    await open();
    expect(await eventually(inMemory, (count) => count === 2)).toBe(2);
    expect(
      await eventually(
        () => env.PROBE.getByName(worker).alarms(),
        (runs) => runs.length > 0,
      ),
    ).toHaveLength(1);
    expect(
      await eventually(
        () => env.HUB.getByName(main).alarms(),
        (runs) => runs.length > 0,
      ),
    ).toHaveLength(1);
  });

  test("H55 a put that fails leaves what was there, and no trace", async () => {
    await env.FILES.put("key", "before");
    const failing = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(1000)),
      pull: (controller) => controller.error(new Error("the client went away")),
    });
    await expect(env.FILES.put("key", failing)).rejects.toThrow("the client went away");
    expect(await (await env.FILES.get("key"))?.text()).toBe("before");
    expect(readdirSync(join(data, "files", "temporary"))).toEqual([]);
  });

  test("H55 a body that was not read yet fails when its object was replaced", async () => {
    await env.FILES.put("key", "before");
    const found = await env.FILES.get("key");
    await env.FILES.put("key", "after");
    await expect(found?.text()).rejects.toThrow("replaced");
    expect(await (await env.FILES.get("key"))?.text()).toBe("after");
  });

  test("H57 a thread that dies rejects its calls, and its objects come back", async () => {
    const stub = env.PROBE.getByName("crash");
    await stub.add("kept");
    const hanging = stub.hang().catch((error: unknown) => error);
    await stub.noop();
    await host.crashThreadOf("crash");
    expect(await hanging).toMatchObject({ retryable: true });
    expect(await stub.all()).toEqual(["kept"]);
  });

  test("H57 alarms of a thread that died still ring", async () => {
    const stub = env.PROBE.getByName("crash with alarm");
    await stub.setAlarm(300);
    await host.crashThreadOf("crash with alarm");
    expect(
      await eventually(
        () => stub.alarms(),
        (runs) => runs.length > 0,
      ),
    ).toHaveLength(1);
  });

  test("H59 more objects than fit in memory are all served", async () => {
    const names = Array.from({ length: 220 }, (_, index) => `many ${index}`);
    for (const name of names) await env.HUB.getByName(name).add(name);
    expect(await inMemory()).toBeLessThanOrEqual(201);
    const notes = await Promise.all(names.map((name) => env.HUB.getByName(name).all()));
    expect(notes.flat()).toEqual(names);
  });

  test("H59 an idle object leaves memory, one with a timer or a waiting handler does not", async () => {
    await host.close();
    await open(true);
    const stub = env.PROBE.getByName("evict");
    await stub.add("a");
    expect(await eventually(inMemory, (count) => count === 0)).toBe(0);
    await stub.later("by a timer");
    const waiting = stub.waitFor("b", "by a timer");
    expect(await inMemory()).toBe(1);
    expect(await waiting).toEqual(["a", "b", "by a timer"]);
    expect(await eventually(inMemory, (count) => count === 0)).toBe(0);
  });
});
