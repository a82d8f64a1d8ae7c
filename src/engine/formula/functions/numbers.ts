/** Functions on numbers. */
import type { CallName } from "../expr.ts";
import type { FormulaFunction } from "./function.ts";

export const round: FormulaFunction = {
  name: "round",
  signature: "round(number, digits)",
  summary: "The number with so many digits after the point (none if left out); halves go away from zero.",
  least: 1,
  most: 2,
  check(call) {
    const number = call.number(0);
    const digits = call.args.length === 1 ? 0 : wholeDigits(call.args[1]);
    if (digits === null)
      return call.refuse(
        1,
        "invalid_value",
        "The digits are a whole number from -15 to 15, written out: round(price, 2).",
      );
    return call.make("round", "number", [number, { kind: "literal", type: "number", value: digits }]);
  },
};

function wholeDigits(syntax: FormulaFunctionArgument): number | null {
  return syntax?.kind === "number" && Number.isInteger(syntax.value) && Math.abs(syntax.value) <= 15
    ? syntax.value
    : null;
}
type FormulaFunctionArgument = Parameters<FormulaFunction["check"]>[0]["args"][number] | undefined;

const ofOne = (name: CallName & string, summary: string): FormulaFunction => ({
  name,
  signature: `${name}(number)`,
  summary,
  least: 1,
  most: 1,
  check: (call) => call.make(name, "number", [call.number(0)]),
});

export const floor = ofOne("floor", "The next whole number below.");
export const ceil = ofOne("ceil", "The next whole number above.");
export const abs = ofOne("abs", "The number without its sign.");

const ofSeveral = (name: "min" | "max", summary: string): FormulaFunction => ({
  name,
  signature: `${name}(a, b, …)`,
  summary,
  least: 2,
  most: Number.POSITIVE_INFINITY,
  check(call) {
    const args = call.alike(0, ["number", "date", "datetime"]);
    return call.make(name, args[0].type, args);
  },
});

export const min = ofSeveral(
  "min",
  "The smallest of the numbers or the earliest of the dates; what is empty is passed over.",
);
export const max = ofSeveral(
  "max",
  "The largest of the numbers or the latest of the dates; what is empty is passed over.",
);
