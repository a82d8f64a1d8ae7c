/** Functions on texts and lists. */
import type { FormulaFunction } from "./function.ts";

const ofOne = (name: "lower" | "upper" | "domain", summary: string): FormulaFunction => ({
  name,
  signature: `${name}(text)`,
  summary,
  least: 1,
  most: 1,
  check: (call) => call.make(name, "text", [call.text(0)]),
});

export const lower = ofOne("lower", "The text in small letters.");
export const upper = ofOne("upper", "The text in capital letters.");
export const domain = ofOne(
  "domain",
  'The host of an e-mail address or a URL in small letters: domain("a@B.com") is "b.com".',
);

export const length: FormulaFunction = {
  name: "length",
  signature: "length(text or list)",
  summary: "How many characters the text or how many elements the list has.",
  least: 1,
  most: 1,
  check(call) {
    const arg = call.any(0);
    return call.make("length", "number", [arg.type === "text_array" ? arg : call.text(0)]);
  },
};

export const concat: FormulaFunction = {
  name: "concat",
  signature: "concat(a, b, …)",
  summary: "Texts, numbers, dates and true or false put together as one text; what is empty is left out.",
  least: 1,
  most: Number.POSITIVE_INFINITY,
  check(call) {
    const args = call.args.map((syntax, i) => {
      const arg = syntax.kind === "text" ? call.piece(i) : call.any(i);
      return arg.type === "text_array" || arg.type === "datetime" ? call.text(i) : arg;
    });
    return call.make("concat", "text", args);
  },
};

const search = (
  name: "contains" | "starts_with" | "ends_with",
  signature: string,
  summary: string,
): FormulaFunction => ({
  name,
  signature,
  summary,
  least: 2,
  most: 2,
  check(call) {
    const inside = call.any(0);
    const isList = name === "contains" && inside.type === "text_array";
    const part = isList ? call.text(1) : call.piece(1);
    return call.make(name, "boolean", [isList ? inside : call.text(0), part]);
  },
});

export const contains = search(
  "contains",
  "contains(text, part) or contains(list, text)",
  "Whether the part is in the text, or the text is one of the list's; capitals do not matter.",
);
export const startsWith = search(
  "starts_with",
  "starts_with(text, part)",
  "Whether the text begins with the part; capitals do not matter.",
);
export const endsWith = search(
  "ends_with",
  "ends_with(text, part)",
  "Whether the text ends with the part; capitals do not matter.",
);
