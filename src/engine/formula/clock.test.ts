import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyWords, setBit } from "../bitmap/words.ts";
import { columnOfValues } from "../columns/build.ts";
import { typedValue } from "../values/typed-value.ts";
import type { Cell, Field } from "../values/types.ts";
import { clockOf, evaluateExpr, nextFlip, nextFlipInChunk } from "./index.ts";
import { accepted } from "./testing/evaluate.ts";
import { Formulas, type Tree, written } from "./testing/formulas.ts";

const fields: readonly Field[] = [
  { id: 0, name: "x", type: "number" },
  { id: 1, name: "flag", type: "boolean" },
  { id: 2, name: "day", type: "date" },
  { id: 3, name: "seen", type: "datetime" },
  { id: 4, name: "due", type: "datetime" },
  { id: 5, name: "text", type: "text" },
  { id: 6, name: "tags", type: "text_array" },
];

describe("the clock", () => {
  test.each([
    ["x > 1", "none"],
    ["year(seen) == 2024", "none"],
    ["seen > '2024-01-01T00:00'", "none"],
    ["days_since(seen) < 30", "day"],
    ["day == today()", "day"],
    ["year(now()) == 2024", "day"],
    ["now() > day", "day"],
    ["now() > '2024-05-01'", "day"],
    ["days_between(coalesce(seen, now()), now())", "day"],
    ["year(if(flag, now(), seen))", "day"],
    ["now() > seen", "instant"],
    ["now() > '2024-05-01T10:00'", "instant"],
    ["if(now() > seen, 1, 2) > x", "instant"],
    ["year(if(now() > due, seen, due)) == 2024", "instant"],
    ["day == today() and max(now(), due) == seen", "instant"],
  ])("E60 %s follows the clock: %s", (source, clock) => {
    expect(accepted(source, { fields }).clock).toBe(clock);
    expect(clockOf(accepted(source, { fields }).expr)).toBe(clock);
  });

  const at = (text: string) => Date.parse(text);
  const flip = (source: string, cells: Record<string, Cell>, now: string) => {
    const row = { value: (id: number) => typedValue(fields[id] as Field, cells[fields[id]?.name ?? ""]) };
    return nextFlip(accepted(source, { fields }).expr, row, { now: at(now), timeZone: "Europe/Berlin" });
  };

  test("E61 the next flip is the instant itself, then the millisecond after it, then never", () => {
    const cells = { seen: "2024-05-01T10:00:00Z" };
    expect(flip("now() > seen", cells, "2024-04-01T00:00:00Z")).toBe(at("2024-05-01T10:00:00Z"));
    expect(flip("now() > seen", cells, "2024-05-01T10:00:00Z")).toBe(at("2024-05-01T10:00:00.001Z"));
    expect(flip("now() > seen", cells, "2024-05-01T10:00:00.001Z")).toBe(null);
    expect(flip("now() > seen", {}, "2024-05-01T10:00:00Z")).toBe(null);
    expect(
      flip("days_since(seen) > 1 and due > seen", { ...cells, due: "2025-01-01T00:00:00Z" }, "2024-04-01T00:00:00Z"),
    ).toBe(null);
  });

  test("E61 literals flip, too, and the first of several instants counts", () => {
    const cells = { seen: "2024-05-01T10:00:00Z", due: "2024-05-01T09:00:00Z" };
    expect(flip("now() < '2024-05-01T10:30:00'", cells, "2024-04-01T00:00:00Z")).toBe(at("2024-05-01T08:30:00Z"));
    expect(flip("now() > seen or max(due, now()) == seen", cells, "2024-04-01T00:00:00Z")).toBe(
      at("2024-05-01T09:00:00Z"),
    );
  });

  test("E61 between now and the next flip no formula changes, but for midnights; a chunk's flip is its rows' first", () => {
    const HOUR = 3_600_000;
    const base = at("2024-05-01T00:00:00Z");
    const anyInstant = fc.integer({ min: 0, max: 20 }).map((hours) => new Date(base + hours * HOUR).toISOString());
    const cells = fc.tuple(
      fc.constantFrom<Cell>(1, 2, null),
      fc.constantFrom<Cell>(true, false, null),
      fc.constant<Cell>("2024-05-01"),
      fc.option(anyInstant),
      fc.option(anyInstant),
      fc.constant<Cell>("a"),
      fc.constant<Cell>(null),
    );
    let flips = 0;
    const formulas = new Formulas(fields);
    const compared = fc
      .tuple(fc.constantFrom("==", "!=", "<", "<=", ">", ">="), formulas.instant(2), formulas.instant(2))
      .map(([name, ...args]): Tree => ({ kind: "call", type: "boolean", name, args }));
    const anyCase = fc.record({
      tree: fc.oneof(formulas.truth(3), compared),
      rows: fc.array(cells, { minLength: 1, maxLength: 5 }),
      hour: fc.nat(20),
    });
    fc.assert(
      fc.property(anyCase, ({ tree, rows, hour }) => {
        const { expr } = accepted(
          written(tree, () => 1),
          { fields },
        );
        const now = base + hour * HOUR;
        const moment = { now, timeZone: "UTC" };
        const views = rows.map((row) => ({ value: (id: number) => typedValue(fields[id] as Field, row[id]) }));
        const next = views.map((view) => nextFlip(expr, view, moment));
        for (const [i, view] of views.entries()) {
          const first = evaluateExpr(expr, view, moment);
          const until = Math.min(next[i] ?? Number.POSITIVE_INFINITY, base + 24 * HOUR);
          if (next[i] !== null) flips++;
          for (let later = now + HOUR / 2; later < until; later += HOUR / 2) {
            expect(evaluateExpr(expr, view, { ...moment, now: later })).toBe(first);
          }
          if (until > now + 1) expect(evaluateExpr(expr, view, { ...moment, now: until - 1 })).toBe(first);
        }
        const columns = fields.map((field) =>
          columnOfValues(
            field,
            rows.map((row) => typedValue(field, row[field.id])),
          ),
        );
        const mask = emptyWords();
        for (let i = 0; i < rows.length; i += 2) setBit(mask, i);
        const wanted = next.filter((one, i) => i % 2 === 0 && one !== null) as number[];
        const expected = wanted.length === 0 ? null : Math.min(...wanted);
        expect(nextFlipInChunk(expr, (id) => columns[id] as never, mask, moment)).toBe(expected);
      }),
      { numRuns: 400 },
    );
    expect(flips).toBeGreaterThan(50);
  });
});
