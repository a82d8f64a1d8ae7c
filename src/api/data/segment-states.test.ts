import { expect, test } from "vitest";
import type { SegmentState } from "../../shard/interface.ts";
import { mergeStates } from "./segment-states.ts";

const state = (more: Partial<SegmentState>): SegmentState => ({
  ...{ segment_id: "seg_1", version: 1, status: "live", progress: 1, count: 1, computed_at: 5 },
  ...more,
});

test("P42 live everywhere is live; counts add up and the latest computation counts", () => {
  expect(mergeStates([state({ count: 2 }), state({ count: 3, computed_at: 9 })], 2)).toEqual({
    ...{ status: "live", progress: 1, count: 5, computed_at: 9, error: null },
  });
});

test("P42 computing anywhere is computing, with the mean progress", () => {
  expect(mergeStates([state({}), state({ status: "computing", progress: 0.5 })], 2)).toMatchObject({
    ...{ status: "computing", progress: 0.75 },
  });
});

test("P42 a shard that does not know the segment yet has still to compute it", () => {
  expect(mergeStates([state({})], 2)).toMatchObject({ status: "computing", progress: 0.5 });
});

test("P42 failed anywhere is failed with its reason; a cancelled computation says how to start it anew", () => {
  const computing = state({ status: "computing", progress: 0 });
  expect(mergeStates([computing, state({ status: "failed", error: "why" })], 2)).toMatchObject({
    status: "failed",
    error: "why",
  });
  expect(mergeStates([state({ status: "cancelled" })], 1)).toMatchObject({
    status: "failed",
    error: expect.stringContaining("Save"),
  });
});

test("P42 before the first rows nothing is to compute", () => {
  expect(mergeStates([], 0)).toEqual({ status: "live", progress: 1, count: 0, computed_at: null, error: null });
});
