/**
 * The program's query as the builder's tree. A rule of a kind, or with a part, that the builder has no controls for
 * is carried along untouched, so that saving never loses what it could not show.
 */
import type { QueryGroup } from "../api/segments.ts";
import { isAggregate, isQuantifier, type Measure, takesNumber } from "./measures.ts";
import { arityOf } from "./operators.ts";
import { FIRST_SPAN, isSpan } from "./time.ts";
import { EMPTY_TREE, type Tree, type TreeRule } from "./tree.ts";
import { fitted } from "./values.ts";
import { lookupName } from "./vocabulary.ts";

export function fromQuery(query: QueryGroup): Tree {
  return {
    combinator: query.combinator,
    ...(query.not ? { not: true } : {}),
    rules: query.rules.map((rule) => (isGroup(rule) ? fromQuery(rule) : fromRule(rule))),
  };
}

type Parts = Readonly<Record<string, unknown>>;

function fromRule(rule: unknown): TreeRule {
  const known = typeof rule === "object" && rule !== null ? readable(rule as Parts) : null;
  return known ?? { kind: "opaque", field: "", operator: "", value: null, opaque: rule };
}

function readable(rule: Parts): TreeRule | null {
  if ("related" in rule) return fromRelated(rule);
  if ("segment" in rule) return fromSegment(rule);
  if ("formula" in rule) return fromFormula(rule);
  return fromField(rule);
}

/** Parts beside those that the builder knows make a rule one that it cannot edit. */
const has = (rule: Parts, known: readonly string[]) => Object.keys(rule).every((part) => known.includes(part));

const COMPARISON = ["operator", "value", "match_case"];

function compared({ operator, value, match_case }: Parts): Pick<TreeRule, "operator" | "value" | "matchCase"> | null {
  if (typeof operator !== "string") return null;
  const arity = arityOf(operator);
  const isPlain = value === undefined || value === null || typeof value !== "object" || Array.isArray(value);
  if (arity === "span" ? !isSpan(value) : !isPlain) return null;
  return { operator, value: fitted(value, arity), ...(match_case ? { matchCase: true } : {}) };
}

function fromField(rule: Parts): TreeRule | null {
  const { field, via } = rule;
  const comparison = compared(rule);
  if (typeof field !== "string" || !comparison || !has(rule, ["field", "via", ...COMPARISON])) return null;
  if (via === undefined) return { field, ...comparison };
  return typeof via === "string" ? { field: lookupName(via, field), ...comparison } : null;
}

function fromSegment(rule: Parts): TreeRule | null {
  const { segment, operator } = rule;
  if (typeof segment !== "string" || !has(rule, ["segment", "operator"])) return null;
  if (operator !== "member" && operator !== "not_member") return null;
  return { kind: "segment", field: "", operator, value: segment };
}

function fromFormula(rule: Parts): TreeRule | null {
  const { formula } = rule;
  if (typeof formula !== "string" || !has(rule, ["formula"])) return null;
  return { kind: "formula", field: "", operator: "", value: formula };
}

const QUANTIFIED = ["related", "quantifier", "n", "within", "where"];
const AGGREGATED = ["related", "aggregate", "of", "order_by", "within", "where", ...COMPARISON];

function fromRelated(rule: Parts): TreeRule | null {
  const measure = rule.quantifier ?? rule.aggregate;
  const within = withinOf(rule.within);
  if (typeof rule.related !== "string" || typeof measure !== "string" || within === undefined) return null;
  if (rule.where !== undefined && !isGroup(rule.where)) return null;
  const isCounted = "quantifier" in rule;
  if (!(isCounted ? isQuantifier(measure) : isAggregate(measure))) return null;
  if (!has(rule, isCounted ? QUANTIFIED : AGGREGATED)) return null;
  const comparison = isCounted ? { operator: "greater_than", value: "" } : compared(rule);
  if (!comparison) return null;
  const asks = {
    relation: rule.related,
    measure: measure as Measure,
    n: takesNumber(measure) ? Number(rule.n) : 1,
    of: typeof rule.of === "string" ? rule.of : "",
    orderBy: typeof rule.order_by === "string" ? rule.order_by : "",
    within,
    where: rule.where === undefined ? EMPTY_TREE : fromQuery(rule.where),
  };
  return { kind: "related", field: "", ...comparison, asks };
}

/** Null where all of them count, undefined where the builder cannot show what counts. */
function withinOf(within: unknown): NonNullable<TreeRule["asks"]>["within"] | undefined {
  if (within === undefined || within === null) return null;
  const { field, last } = within as Parts;
  if (typeof field !== "string" || !isSpan(last)) return undefined;
  return { ...FIRST_SPAN, ...last, field };
}

function isGroup(rule: unknown): rule is QueryGroup {
  return typeof rule === "object" && rule !== null && "rules" in rule && "combinator" in rule;
}
