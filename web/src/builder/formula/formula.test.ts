import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { vocabularyOf } from "../vocabulary.ts";
import { completionsOf, matching, typedBefore } from "./complete.ts";
import { markedRange, piecesOf, tokensOf } from "./tokens.ts";

const vocabulary = vocabularyOf(
  { id: "ds_1", key: "id", fields: [] },
  {
    fields: [
      { name: "orders", type: "number" },
      { name: "Monthly Charges", type: "number" },
      { name: "last_order", type: "date" },
      { name: "not", type: "text" },
    ],
    lookups: [{ relation: "store", fields: [{ name: "region", type: "text" }] }],
    functions: [{ name: "round", signature: "round(number, digits)", words: "rounded" }],
  },
);

describe("a formula as it is written", () => {
  test("W63 its coloured pieces are its text, whatever is typed and wherever the mark is", () => {
    const formula = fc.string({ unit: fc.constantFrom(..."ab_1 .`\"'()+><=é,😀\\"), maxLength: 30 });
    fc.assert(
      fc.property(formula, fc.nat(40), fc.nat(5), (text, from, length) => {
        const range = markedRange(text, { from, length });
        const pieces = piecesOf(text, range);
        expect(pieces.map((piece) => piece.text).join("")).toBe(text);
        const marked = pieces.filter(({ isMarked }) => isMarked).map((piece) => piece.text);
        expect(marked.join("")).toBe(text.slice(range.from, range.to));
      }),
    );
  });

  test("W63 what is wrong is marked as long as is said, or the piece that begins there", () => {
    const text = "ordrs > 0";
    expect(markedRange(text, { from: 0, length: 5 })).toEqual({ from: 0, to: 5 });
    expect(markedRange(text, { from: 6, length: 0 })).toEqual({ from: 6, to: 7 });
    expect(markedRange(text, { from: 9, length: 0 })).toEqual({ from: 9, to: 9 });
    expect(tokensOf(text).map(({ kind }) => kind)).toEqual(["name", "space", "sign", "space", "number"]);
  });

  test("W64 names are completed where a name is typed, in backticks where they are not plain", () => {
    const completions = completionsOf(vocabulary);
    const offered = (before: string) => {
      const typed = typedBefore(before, before.length);
      return typed ? matching(completions, typed).map(({ insert }) => insert) : null;
    };
    expect(offered("1 + ord")).toEqual(["orders", "last_order"]);
    expect(offered("rou")).toEqual(["round("]);
    expect(offered("`month")).toEqual(["`Monthly Charges`"]);
    expect(offered("`store`.`reg")).toEqual(["`store`.`region`"]);
    expect(offered("reg")).toEqual(["`store`.`region`"]);
    expect(offered("not")).toEqual(["`not`"]);
    expect(offered("orders > ")).toBeNull();
    expect(offered('orders == "ord')).toBeNull();
    expect(offered("`orders` ")).toBeNull();
    expect(offered("round")).toEqual(["round("]);
  });
});
