import fc from "fast-check";
import { expect, test } from "vitest";
import { emptyWords, hasBit } from "../../bitmap/words.ts";
import { columnOfValues } from "../../columns/build.ts";
import type { Field, TypedValue } from "../../values/types.ts";
import { evaluateExpr, parseFormula, scanFormula } from "../index.ts";

const fields: readonly Field[] = [
  { id: 0, name: "part", type: "number" },
  { id: 1, name: "whole", type: "number" },
];
const moment = { now: 0, timeZone: "UTC" };

/** Numbers with few decimals, and parts that lie at or just beside so many times the whole. */
const cents = (most: number) => fc.integer({ min: -most, max: most }).map((n) => n / 100);
const whole = fc.oneof(fc.integer({ min: -4, max: 4 }), cents(10_000), fc.constantFrom(1e9, 123456789.25, 3e12, 1e-6));
const part = fc.oneof(fc.integer({ min: -9, max: 9 }), cents(1_000_000), fc.constantFrom(1e12, -0.000001, 9e14, 0.1));
const limits = fc.oneof(
  fc.integer({ min: -50, max: 50 }),
  cents(5_000),
  fc.constantFrom(0, 0.1, 0.333333333333333, 1e9, 12.345678),
);
const nudges = fc.constantFrom(0, 0, 1, -1, 0.01, -0.01, 1e-6);

interface Pair {
  readonly part: TypedValue;
  readonly whole: TypedValue;
}

function pairs(limit: number): fc.Arbitrary<Pair> {
  const near = fc.record({ whole, nudge: nudges }).map((one) => ({
    ...{ whole: one.whole, part: Number((limit * one.whole + one.nudge).toPrecision(15)) },
  }));
  const any = fc.record({ part: fc.option(part), whole: fc.option(whole) });
  return fc.oneof(near, any);
}

const cases = limits.chain((limit) =>
  fc.record({
    limit: fc.constant(limit),
    operator: fc.constantFrom("<", "<=", ">", ">="),
    turned: fc.boolean(),
    rows: fc.array(pairs(limit), { minLength: 40, maxLength: 80 }),
  }),
);

test("E32 a quotient compared with a number is decided for a block as it is for a row", () => {
  fc.assert(
    fc.property(cases, ({ limit, operator, turned, rows }) => {
      const literal = String(limit);
      const source = turned ? `${literal} ${operator} part / whole` : `part / whole ${operator} ${literal}`;
      const parsed = parseFormula(source, { fields });
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problem));
      const { expr } = parsed.value;
      const columns = fields.map(({ type }, at) =>
        columnOfValues({ type }, rows.map((row) => (at === 0 ? row.part : row.whole)) as TypedValue[]),
      );
      const mask = emptyWords();
      rows.forEach((_, row) => {
        mask[row >>> 5] = (mask[row >>> 5] as number) | (1 << (row & 31));
      });
      const found = emptyWords();
      scanFormula(expr, (field) => columns[field] as never, mask, found, moment);
      const byRow = rows.map((row) =>
        evaluateExpr(expr, { value: (field) => (field === 0 ? row.part : row.whole) }, moment),
      );
      expect(rows.map((_, row) => hasBit(found, row))).toEqual(byRow.map((value) => value === true));
    }),
    { numRuns: Number(process.env.CUTTY_RUNS ?? 400) },
  );
});
