import { expect, test } from "vitest";
import type { D1Database } from "../platform/types.ts";
import { openDatabase } from "./database.ts";
import { remembered } from "./remembered.ts";

function counted() {
  const state = { writes: 0, loads: 0 };
  const db = openDatabase({ writes: () => state.writes } as unknown as D1Database);
  const read = (key: string, value: unknown = key) =>
    remembered(db, key, async () => {
      state.loads++;
      return value;
    });
  return { state, db, read };
}

test("A43 what was read is kept until the next write", async () => {
  const { state, read } = counted();
  expect(await Promise.all([read("a"), read("a"), read("b")])).toEqual(["a", "a", "b"]);
  expect(await read("a")).toBe("a");
  expect(state.loads).toBe(2);
  state.writes++;
  expect(await read("a", "another")).toBe("another");
});

test("A43 what was read while somebody wrote is not kept", async () => {
  const { state, db, read } = counted();
  const torn = remembered(db, "a", async () => {
    state.writes++;
    return "torn";
  });
  expect(await torn).toBe("torn");
  expect(await read("a", "whole")).toBe("whole");
});

test("A43 a failure is not kept", async () => {
  const { db, read } = counted();
  await expect(remembered(db, "a", () => Promise.reject(new Error("not now")))).rejects.toThrow("not now");
  expect(await read("a", "now")).toBe("now");
});

test("A43 nothing is kept where the host does not count writes", async () => {
  const db = openDatabase({} as unknown as D1Database);
  let loads = 0;
  const load = async () => ++loads;
  expect([await remembered(db, "a", load), await remembered(db, "a", load)]).toEqual([1, 2]);
});
