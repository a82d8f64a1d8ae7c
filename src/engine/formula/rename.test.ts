import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Field } from "../values/types.ts";
import { fieldsInFormula, renameInFormula } from "./index.ts";
import { accepted } from "./testing/evaluate.ts";
import { Formulas, written } from "./testing/formulas.ts";

describe("names in a formula", () => {
  const source = "state == 'state' and min(min, `Monthly Charges`) > store.state and `a.b` == 1 or not `not`";
  const own = (...pairs: [string, string][]) => ({ own: new Map(pairs) });

  test("E19 the names that it mentions, each once", () => {
    expect(fieldsInFormula(`${source} or state == 'x'`)).toEqual({
      own: ["state", "min", "Monthly Charges", "a.b", "not"],
      via: [{ relation: "store", field: "state" }],
    });
    expect(fieldsInFormula("state == “")).toEqual({ own: [], via: [] });
  });

  test.each([
    [own(["state", "region"]), "region == 'state' and"],
    [own(["state", "US state"]), "`US state` == 'state' and"],
    [own(["state", "tick ` tock"]), "`tick `` tock` == 'state' and"],
    [own(["state", "and"]), "`and` == 'state' and"],
    [own(["Monthly Charges", "charges"]), "min(min, charges) >"],
    [own(["min", "least"]), "min(least, `Monthly Charges`)"],
    [own(["a.b", "c.d"]), "`c.d` == 1"],
    [own(["not", "off"]), "or not off"],
    [{ via: new Map([["store", new Map([["state", "in state"]])]]) }, "store.`in state` and"],
    [{ relations: new Map([["store", "main store"]]) }, "> `main store`.state and"],
    [own(["store", "shop"]), "> store.state and"],
  ])("E18 %j gives … %s …", (renames, part) => {
    const renamed = renameInFormula(source, renames);
    expect(renamed).toContain(part);
    const changed = [...renamed].length - part.length;
    expect(changed).toBeGreaterThan(0);
  });

  test("E18 spaces, quotes and everything else stay", () => {
    expect(renameInFormula('  ( a+"a"\n* b.a )', own(["a", "x"]))).toBe('  ( x+"a"\n* b.a )');
    expect(renameInFormula("a = “", own(["a", "x"]))).toBe("a = “");
  });

  test("E18 a formula over renamed fields means what it meant", () => {
    const types = ["text", "number", "boolean", "date", "datetime", "text_array"] as const;
    const before = types.map((type, id): Field => ({ id, name: `field_${"abcdef"[id]}`, type }));
    const names = fc.uniqueArray(fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }), {
      minLength: 6,
      maxLength: 6,
    });
    fc.assert(
      fc.property(new Formulas(before).truth(3), names, fc.nat(), (tree, after, style) => {
        const text = written(tree, () => style);
        const renames = own(...before.map(({ name }, i): [string, string] => [name, after[i] as string]));
        const fields = before.map((field, i) => ({ ...field, name: after[i] as string }));
        const renamed = renameInFormula(text, renames);
        expect(accepted(renamed, { fields }).expr).toEqual(accepted(text, { fields: before }).expr);
        expect(new Set(fieldsInFormula(renamed).own)).toEqual(
          new Set(fieldsInFormula(text).own.map((name) => renames.own.get(name))),
        );
      }),
      { numRuns: 300 },
    );
  });
});
