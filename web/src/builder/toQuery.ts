/** The query that the builder's tree says, and which of its rules are not complete. */
import type { QueryGroup } from "../api/segments.ts";
import { isQuantifier, resultType, takesNumber, takesOrder, typesFor } from "./measures.ts";
import { arityOf, hasCase } from "./operators.ts";
import { isWhole } from "./time.ts";
import { type Asks, isTree, type Path, type Tree, type TreeRule } from "./tree.ts";
import { isBlank, isComplete, numberIn, typed } from "./values.ts";
import { relatedVocabulary, splitName, typeOf, type Vocabulary } from "./vocabulary.ts";

export interface Read {
  readonly query: QueryGroup;
  /** The rules that lack something. */
  readonly incomplete: readonly Path[];
}

export function toQuery(tree: Tree, vocabulary: Vocabulary): Read {
  const incomplete: Path[] = [];
  return { query: readGroup(tree, vocabulary, [], incomplete), incomplete };
}

function readGroup(group: Tree, vocabulary: Vocabulary, path: Path, incomplete: Path[]): QueryGroup {
  const rules = group.rules.map((rule, i) => {
    const at = [...path, i];
    return isTree(rule) ? readGroup(rule, vocabulary, at, incomplete) : readRule(rule, vocabulary, at, incomplete);
  });
  return { combinator: group.combinator === "or" ? "or" : "and", ...(group.not ? { not: true as const } : {}), rules };
}

function readRule(rule: TreeRule, vocabulary: Vocabulary, path: Path, incomplete: Path[]): unknown {
  if (rule.kind === "opaque") return rule.opaque;
  if (rule.kind === "related" && rule.asks) return readRelated(rule, rule.asks, vocabulary, path, incomplete);
  if (rule.kind === "segment") {
    if (isBlank(rule.value)) incomplete.push(path);
    return { segment: rule.value, operator: rule.operator };
  }
  if (rule.kind === "formula") {
    if (String(rule.value).trim() === "") incomplete.push(path);
    return { formula: rule.value };
  }
  if (!isComplete(rule.operator, rule.value)) incomplete.push(path);
  return { ...splitName(rule.field), ...readComparison(rule, typeOf(vocabulary, rule.field)) };
}

function readComparison({ operator, value, matchCase }: TreeRule, type: ReturnType<typeof typeOf>) {
  if (arityOf(operator) === "none") return { operator };
  const withCase = matchCase && hasCase(type, operator) ? { match_case: true } : {};
  return { operator, value: typed(operator, value, type), ...withCase };
}

function readRelated(rule: TreeRule, asks: Asks, vocabulary: Vocabulary, path: Path, incomplete: Path[]): unknown {
  const { relation, measure, n, of, orderBy, within } = asks;
  const inner = relatedVocabulary(vocabulary, relation);
  if (!isAsked(rule, asks)) incomplete.push(path);
  const where = readGroup(asks.where, inner, [...path, "where"], incomplete);
  const window = within && {
    within: { field: within.field, last: { n: numberIn(within.n), unit: within.unit } },
  };
  if (isQuantifier(measure)) {
    const many = takesNumber(measure) ? { n: numberIn(n) } : {};
    return { related: relation, quantifier: measure, ...many, ...window, where };
  }
  return {
    related: relation,
    aggregate: measure,
    ...(typesFor(measure).length > 0 ? { of } : {}),
    ...(takesOrder(measure) ? { order_by: orderBy } : {}),
    ...window,
    where,
    ...readComparison(rule, resultType(measure, typeOf(inner, of))),
  };
}

/** Whether a rule on related records says all that it has to. */
function isAsked(rule: TreeRule, { measure, n, of, orderBy, within }: Asks): boolean {
  if (within && (within.field === "" || !isWhole(within.n))) return false;
  if (isQuantifier(measure)) return !takesNumber(measure) || isCount(n);
  if (typesFor(measure).length > 0 && of === "") return false;
  if (takesOrder(measure) && orderBy === "") return false;
  return isComplete(rule.operator, rule.value);
}

const isCount = (n: number | string) => n !== "" && Number.isInteger(Number(n)) && Number(n) >= 0;
