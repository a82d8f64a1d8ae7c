import { describe, expect, test } from "vitest";
import { columnOfValues } from "../columns/build.ts";
import { PackedChunk } from "../columns/packed.ts";
import { ColumnStore } from "../columns/store.ts";
import { estimateChunk, estimateField } from "./estimate.ts";

const ROWS = 20_000;
const values = <Value>(of: (row: number) => Value): Value[] => Array.from({ length: ROWS }, (_, row) => of(row));
const text = (how: "equals" | "contains", needle: string) =>
  ({ kind: "text", how, needles: [needle], fold: true }) as const;

describe("estimates", () => {
  test("M35 bounds and counts answer exactly, without a look at rows", () => {
    const days = columnOfValues(
      { type: "date" },
      values((row) => (row % 10 === 0 ? null : row)),
    );
    expect(days.stats).toEqual({ present: 18_000, min: 1, max: 19_999, distinct: null });
    expect(estimateChunk(days, { kind: "spans", spans: [30_000, 40_000] })).toBe(0);
    expect(estimateChunk(days, { kind: "spans", spans: [-5, 40_000] })).toBe(18_000);
    expect(estimateChunk(days, { kind: "present" })).toBe(18_000);
    const states = columnOfValues(
      { type: "text" },
      values((row) => (row % 4 === 0 ? "CA" : row % 4 === 1 ? "ca" : "NY")),
    );
    expect(estimateChunk(states, text("equals", "ca"))).toBe(10_000);
    expect(estimateChunk(states, text("equals", "tx"))).toBe(0);
    expect(estimateChunk(states.set(2, "CA"), text("equals", "ca"))).toBe(10_001);
  });

  test("M35 samples come near, whatever the encoding", () => {
    const amounts = columnOfValues(
      { type: "number" },
      values((row) => (row * 7919) % 1000),
    );
    const half = estimateChunk(amounts, { kind: "spans", spans: [0, 499] });
    expect(half).toBeGreaterThan(ROWS * 0.3);
    expect(half).toBeLessThan(ROWS * 0.7);
    expect(estimateChunk(amounts, { kind: "spans", spans: [77, 77] })).toBeLessThan(ROWS * 0.05);
    const mails = PackedChunk.build(values((row) => `user${row}@${row % 5 === 0 ? "corp" : "home"}.com`));
    const corp = estimateChunk(mails, text("contains", "CORP".toLowerCase()));
    expect(corp).toBeGreaterThan(ROWS * 0.08);
    expect(corp).toBeLessThan(ROWS * 0.35);
    const yes = columnOfValues(
      { type: "boolean" },
      values((row) => row % 3 === 0),
    );
    expect(estimateChunk(yes, { kind: "truth", wantTrue: false, wantFalse: true })).toBeGreaterThan(ROWS / 2);
  });

  test("M35 a field is estimated by some of its chunks, and unknown where none is loaded", () => {
    const store = new ColumnStore([{ id: 0, name: "state", type: "text" }]);
    for (let row = 0; row < ROWS; row++) store.present.add(row);
    expect(estimateField(store, 0, text("equals", "ca"))).toBeNull();
    store.setColumn(
      0,
      0,
      columnOfValues(
        { type: "text" },
        values((row) => (row % 2 ? "CA" : "NY")),
      ),
    );
    expect(estimateField(store, 0, text("equals", "ca"))).toBe(ROWS / 2);
  });
});
