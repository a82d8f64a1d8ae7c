/** Operators between two sides: arithmetic and comparisons. */
import { isBlank } from "../../values/blank.ts";
import type { Expr } from "../expr.ts";
import type { SyntaxOf } from "../syntax/tree.ts";
import { type Checking, isDated } from "./checking.ts";
import { mending, typeWords } from "./mend.ts";

export function binaryExpr(checking: Checking, syntax: SyntaxOf<"binary">): Expr {
  const { operator, left, right } = syntax;
  switch (operator) {
    case "==":
      return equal(checking, syntax);
    case "!=":
      return checking.make("not", "boolean", [equal(checking, syntax)], syntax);
    case "<":
    case "<=":
      return checking.make(operator, "boolean", ordered(checking, syntax), syntax);
    case ">":
      return checking.make("<", "boolean", ordered(checking, syntax).toReversed(), syntax);
    case ">=":
      return checking.make("<=", "boolean", ordered(checking, syntax).toReversed(), syntax);
    default:
      refuseSumOf(checking, syntax);
      return checking.make(
        operator,
        "number",
        [checking.typed(left, "number"), checking.typed(right, "number")],
        syntax,
      );
  }
}

/** Sums that other languages allow. */
function refuseSumOf(checking: Checking, { operator, sign, left, right }: SyntaxOf<"binary">): void {
  if (operator !== "+" && operator !== "-") return;
  const types = [checking.expr(left).type, checking.expr(right).type];
  const [a, b] = [checking.written(left), checking.written(right)];
  if (operator === "+" && types.every((type) => type === "text")) {
    checking.refuse("formula_type_mismatch", sign, `+ adds numbers. To put texts together, write concat(${a}, ${b}).`);
  }
  if (types.some(isDated)) {
    const detail =
      operator === "-" && types.every((type) => isDated(type) || type === "text")
        ? `- subtracts numbers. For the days between two dates, write days_between(${b}, ${a}).`
        : `${operator} works on numbers. Compare the days between two dates instead: days_between(a, b) < 30.`;
    checking.refuse("formula_type_mismatch", sign, detail);
  }
}

/** Both sides of a comparison, of one type. A date beside a datetime is that whole local day. */
function sides(checking: Checking, { sign, left, right }: SyntaxOf<"binary">): readonly [Expr, Expr] {
  let [a, b] = [checking.expr(left), checking.expr(right)];
  if (left.kind === "text" && isDated(b.type)) a = checking.dateOf(left, b.type);
  if (right.kind === "text" && isDated(a.type)) b = checking.dateOf(right, a.type);
  if (a.type === "text_array" || b.type === "text_array") {
    const [list, other] = a.type === "text_array" ? [left, right] : [right, left];
    const detail = `Lists are not compared as a whole. Write contains(${checking.written(list)}, ${checking.written(other)}).`;
    return checking.refuse("formula_type_mismatch", sign, detail);
  }
  if (a.type === b.type) return [a, b];
  if (isDated(a.type) && isDated(b.type)) return [checking.asDay(a, left), checking.asDay(b, right)];
  const literal = left.kind === "text" || left.kind === "number" || left.kind === "truth";
  const [syntax, actual, needed] = literal ? [left, a.type, b.type] : [right, b.type, a.type];
  const mend = mending(syntax, checking.written(syntax), actual, needed);
  const detail = `${checking.written(left)} is ${typeWords[a.type]} and ${checking.written(right)} is ${typeWords[b.type]}: they cannot be compared.${mend === "" ? "" : ` ${mend}`}`;
  return checking.refuse("formula_type_mismatch", sign, detail, { left: a.type, right: b.type });
}

function equal(checking: Checking, syntax: SyntaxOf<"binary">): Expr {
  for (const side of [syntax.left, syntax.right]) {
    if (side.kind !== "text" || !isBlank(side.value)) continue;
    const other = checking.written(side === syntax.left ? syntax.right : syntax.left);
    checking.refuse(
      "invalid_value",
      side,
      `Blank cells are empty, so nothing equals blank text. Write is_empty(${other}).`,
    );
  }
  return checking.make("==", "boolean", sides(checking, syntax), syntax);
}

function ordered(checking: Checking, syntax: SyntaxOf<"binary">): readonly [Expr, Expr] {
  const both = sides(checking, syntax);
  if (both[0].type === "number" || isDated(both[0].type)) return both;
  const instead = both[0].type === "text" ? " Write ==, !=, starts_with(…) or contains(…)." : "";
  const detail = `${syntax.operator} compares numbers and dates, and ${checking.written(syntax.left)} is ${typeWords[both[0].type]}.${instead}`;
  return checking.refuse("formula_type_mismatch", syntax.sign, detail, { type: both[0].type });
}
