import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ContractHost, fresh, refusal, startContractHost } from "./host.ts";

describe("calls", () => {
  let host: ContractHost;
  beforeAll(async () => {
    host = await startContractHost();
  });
  afterAll(() => host.stop());

  test("H1 arguments and answers cross as structured clones", async () => {
    const value = { date: new Date(5), list: [1, null, "x"], map: new Map([["a", 1]]), bytes: new Uint8Array([1, 2]) };
    for (const stub of [host.env.PROBE.getByName(fresh("clone")), host.env.HUB.getByName(fresh("clone"))]) {
      expect(await stub.echo(value)).toEqual(value);
    }
  });

  test("H1 an argument is what it was at the call, although it leaves after the commit", async () => {
    const answer = await host.env.PROBE.getByName(fresh("pass")).passAndChange(fresh("receiver"));
    expect(answer).toEqual(["as passed"]);
  });

  test("H2 a thrown error rejects the caller with its message", async () => {
    const stub = host.env.PROBE.getByName(fresh("throw"));
    expect(await refusal(stub.writeAndThrow("a"))).toMatch("thrown after writing a");
    expect(await refusal(stub.writeAndReject("b"))).toMatch("rejected after writing b");
  });

  test("H3 what the class does not declare cannot be called", async () => {
    const stub = host.env.PROBE.getByName(fresh("absent")) as unknown as Record<string, () => Promise<unknown>>;
    expect(await refusal(stub.missing?.())).toMatch(/does not implement/);
  });

  test("H4 an object is told its name", async () => {
    const name = fresh("named/7");
    expect(await host.env.PROBE.getByName(name).facts()).toMatchObject({ name });
    expect(await host.env.HUB.getByName(name).facts()).toMatchObject({ name });
  });

  test("H5 objects of different names or bindings share nothing", async () => {
    const [one, other] = [fresh("one"), fresh("other")];
    await host.env.PROBE.getByName(one).add("mine");
    expect(await host.env.PROBE.getByName(other).all()).toEqual([]);
    expect(await host.env.HUB.getByName(one).all()).toEqual([]);
    expect(await host.env.PROBE.getByName(one).all()).toEqual(["mine"]);
  });

  test("H6 other messages run while a handler awaits", async () => {
    const stub = host.env.PROBE.getByName(fresh("interleave"));
    const waiting = stub.waitFor("first", "second");
    await stub.add("second");
    expect(await waiting).toEqual(["first", "second"]);
  });

  test("H7 no message runs before the constructor's blockConcurrencyWhile has ended", async () => {
    const stub = host.env.PROBE.getByName(fresh("ready"));
    const facts = await Promise.all(Array.from({ length: 5 }, () => stub.facts()));
    expect(facts.map(({ ready }) => ready)).toEqual([true, true, true, true, true]);
    expect(facts.map(({ seen }) => seen)).toEqual([0, 1, 2, 3, 4]);
  });

  test("H7 when the constructor's blockConcurrencyWhile fails, so does every call", async () => {
    const stub = host.env.PROBE.getByName(fresh("unready"));
    const refusals = await Promise.all([refusal(stub.facts()), refusal(stub.add("never written"))]);
    for (const text of refusals) expect(text).toContain("cannot get ready");
  });

  test("H8 whoever an object calls sees what it wrote before the call", async () => {
    const stub = host.env.PROBE.getByName(fresh("gate"));
    expect(await stub.addAndTell("written", fresh("hub"))).toEqual(["written"]);
  });

  test("H8 an object on any thread uses D1 and the bucket", async () => {
    for (const namespace of [host.env.PROBE, host.env.HUB]) {
      const key = fresh("bindings");
      expect(await namespace.getByName(key).useBindings(key)).toEqual([`${key}!`, "D1_ERROR", key]);
    }
  });

  test("H9 a failing commit rejects its callers, and the object comes back from its storage", async () => {
    const stub = () => host.env.PROBE.getByName(name);
    const name = fresh("commit");
    await stub().add("kept");
    expect(await refusal(stub().failingCommit())).not.toBeNull();
    expect(await stub().all()).toEqual(["kept"]);
  });

  test("H10 an aborted object is constructed anew, with what was committed", async () => {
    const name = fresh("abort");
    await host.env.PROBE.getByName(name).add("kept");
    expect(await refusal(host.env.PROBE.getByName(name).abort())).toMatch("asked to");
    expect(await host.env.PROBE.getByName(name).all()).toEqual(["kept"]);
    expect(await host.env.PROBE.getByName(name).facts()).toMatchObject({ seen: 0 });
  });

  test("H11 eviction loses nothing but memory", async () => {
    const stub = host.env.HUB.getByName(fresh("evict"));
    await stub.add("kept");
    await stub.facts();
    await host.evict();
    expect(await stub.facts()).toMatchObject({ seen: 0 });
    expect(await stub.all()).toEqual(["kept"]);
  });
});
