/** Comparisons that become spans: exact at both ends of each day, in every zone. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyWords, hasBit, setRange } from "../../bitmap/words.ts";
import { columnOfValues } from "../../columns/build.ts";
import { zones } from "../../testing/arbitraries.ts";
import { parseIsoDate } from "../../values/calendar.ts";
import type { Field } from "../../values/types.ts";
import { startOfDay } from "../../values/zone.ts";
import type { Call } from "../expr.ts";
import { evaluateExpr, scanFormula } from "../index.ts";
import { accepted } from "../testing/evaluate.ts";
import { fieldSpan } from "./span.ts";

const fields: readonly Field[] = [
  { id: 0, name: "x", type: "number" },
  { id: 1, name: "day", type: "date" },
  { id: 2, name: "seen", type: "datetime" },
];
const days = [
  "2011-12-29",
  "2011-12-31",
  "2018-11-04",
  "2023-12-31",
  "2024-01-01",
  "2024-02-29",
  "2024-03-10",
  "2024-03-31",
];
const numbers = [-1, 0, 1, 2.5, 30, 29.999999, 2024, 2023.5, 2011];

const anyDay = fc.constantFrom(...days).map((day) => `'${day}'`);
const anyNumber = fc.constantFrom(...numbers).map(String);
const anySides = fc.oneof(
  fc.tuple(fc.constantFrom("day", "seen"), fc.oneof(anyDay, fc.constant("today()"))),
  fc.tuple(fc.constant("seen"), fc.constantFrom("now()", "'2024-03-10T02:30:00'", "'2024-01-01T00:00:00Z'")),
  fc.tuple(
    fc
      .tuple(fc.constantFrom("day", "seen"), fc.oneof(anyDay, fc.constantFrom("today()", "now()")))
      .chain(([field, other]) =>
        fc.constantFrom(
          `days_between(${field}, ${other})`,
          `days_between(${other}, ${field})`,
          `days_since(${field})`,
          `year(${field})`,
        ),
      ),
    anyNumber,
  ),
  fc.tuple(fc.constant("x"), fc.oneof(anyNumber, fc.constantFrom("2 + 0.5", "round(1 / 3, 2)", "1 / 0"))),
);
const anyFormula = fc
  .tuple(anySides, fc.constantFrom("==", "!=", "<", "<=", ">", ">="), fc.boolean())
  .map(([[left, right], operator, turned]) =>
    turned ? `${right} ${operator} ${left}` : `${left} ${operator} ${right}`,
  );

/** The first and last milliseconds of the days, and the days around them. */
function edges(timeZone: string): (readonly [number | null, number, number])[] {
  return days.flatMap((text, i) => {
    const day = parseIsoDate(text) as number;
    const number = numbers[i] as number;
    return [-1, 0, 1].flatMap((step) => {
      const start = startOfDay(timeZone, day + step);
      return [-1, 0, 1].map(
        (off) => [off === 0 ? null : number + off / 2, day + step * 30 + off, start + off] as const,
      );
    });
  });
}

describe("spans", () => {
  test("E1 E36 E50 E51 a comparison that a column answers by a span is the row evaluator's, at the edges too", () => {
    let both = 0;
    fc.assert(
      fc.property(anyFormula, fc.constantFrom(...zones), fc.constantFrom(...days), (source, timeZone, today) => {
        const moment = { now: startOfDay(timeZone, parseIsoDate(today) as number) + 1, timeZone };
        const { expr } = accepted(source, { fields });
        const inner = (expr as Call).name === "not" ? ((expr as Call).args[0] as Call) : (expr as Call);
        expect(fieldSpan(inner)).not.toBeNull();
        const rows = edges(timeZone);
        const columns = fields.map((field) =>
          columnOfValues(
            field,
            rows.map((row) => row[field.id] ?? null),
          ),
        );
        const [mask, found] = [emptyWords(), emptyWords()];
        setRange(mask, 0, rows.length - 1);
        scanFormula(expr, (id) => columns[id] as never, mask, found, moment);
        const truths = rows.map((row) => evaluateExpr(expr, { value: (id) => row[id] ?? null }, moment));
        expect(rows.map((_, i) => hasBit(found, i))).toEqual(truths);
        if (truths.includes(true) && truths.includes(false)) both++;
      }),
      { numRuns: 600 },
    );
    expect(both).toBeGreaterThan(200);
  });
});
