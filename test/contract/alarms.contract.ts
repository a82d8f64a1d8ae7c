import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ContractHost, eventually, fresh, startContractHost } from "./host.ts";

describe.each(["PROBE", "HUB"] as const)("alarms of %s", (binding) => {
  let host: ContractHost;
  const stubOf = (prefix: string) => host.env[binding].getByName(fresh(prefix));
  beforeAll(async () => {
    host = await startContractHost();
  });
  afterAll(() => host.stop());

  test("H22 an alarm runs once, and is null while its handler runs and after", async () => {
    const stub = stubOf("once");
    const at = await stub.setAlarm(400);
    expect(await stub.getAlarm()).toBe(at);
    const [run] = await eventually(
      () => stub.alarms(),
      (alarms) => alarms.length > 0,
    );
    expect(run?.at).toBeGreaterThanOrEqual(at ?? 0);
    expect(await stub.all()).toContain("alarm inside: null");
    expect(await stub.getAlarm()).toBeNull();
  });

  test("H23 a handler may set the next alarm", async () => {
    const stub = stubOf("again");
    await stub.add("again");
    await stub.setAlarm(1);
    expect(
      await eventually(
        () => stub.alarms(),
        (alarms) => alarms.length === 3,
      ),
    ).toHaveLength(3);
    expect(
      await eventually(
        () => stub.getAlarm(),
        (at) => at === null,
      ),
    ).toBeNull();
  });

  test("H24 a handler that throws runs again, and is told so", async () => {
    const stub = stubOf("retry");
    await stub.add("fail once");
    await stub.setAlarm(1);
    const runs = await eventually(
      () => stub.alarms(),
      (alarms) => alarms.some(({ retry }) => retry === 1),
    );
    expect(runs.at(-1)).toMatchObject({ retry: 1 });
  });

  test("H25 a deleted alarm does not run", async () => {
    const stub = stubOf("deleted");
    await stub.setAlarm(50);
    await stub.deleteAlarm();
    expect(await stub.getAlarm()).toBeNull();
    const other = stubOf("later");
    await other.setAlarm(120);
    await eventually(
      () => other.alarms(),
      (alarms) => alarms.length > 0,
    );
    expect(await stub.alarms()).toEqual([]);
  });

  test("H26 an alarm is part of the transaction that sets it", async () => {
    expect(await stubOf("undone").alarmUndone()).toBeNull();
  });

  test("H27 an alarm finds its object after eviction", async () => {
    const stub = stubOf("evicted");
    await stub.setAlarm(200);
    await host.evict();
    expect(
      await eventually(
        () => stub.alarms(),
        (alarms) => alarms.length > 0,
      ),
    ).toHaveLength(1);
  });
});
