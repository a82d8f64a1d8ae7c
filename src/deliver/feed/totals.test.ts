import { expect, test } from "vitest";
import { type ShardState, totalOf } from "./totals.ts";

function state(more: Partial<ShardState> = {}): ShardState {
  return { version: 2, status: "live", progress: 1, count: 1, computed_at: 5, error: null, ...more };
}

test("D3 a segment is live when every shard has computed its newest version", () => {
  expect(totalOf([state(), state()], 2)).toMatchObject({ status: "live", progress: 1, member_count: 2 });
  expect(totalOf([state(), state({ version: 1 })], 2)).toMatchObject({ status: "computing", progress: 0.5 });
  const computing = state({ status: "computing", progress: 0.5 });
  expect(totalOf([state(), computing], 2)).toMatchObject({ status: "computing", progress: 0.75 });
});

test("D3 a shard that failed makes the segment failed, with its error", () => {
  const failed = state({ status: "failed", error: "does not fit" });
  expect(totalOf([state(), failed], 2)).toMatchObject({ status: "failed", error: "does not fit" });
  expect(totalOf([state(), state({ status: "cancelled" })], 2)).toMatchObject({ status: "failed" });
});

test("D2 there is no total before all shards have spoken", () => {
  expect(totalOf([state()], 2)).toBeNull();
  expect(totalOf([], 0)).toBeNull();
});
