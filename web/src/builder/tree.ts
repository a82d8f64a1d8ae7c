/**
 * The builder's tree: groups of rules. A rule is a condition on a field, unless its `kind` says what else it is.
 * Positions are the same as in the program's query, so that the path of a problem finds its rule.
 */
import type { RuleGroupType, RuleType } from "react-querybuilder";
import type { Measure } from "./measures.ts";
import type { Span } from "./time.ts";

export interface TreeRule extends RuleType {
  /** Absent on a condition on a field. */
  readonly kind?: "related" | "segment" | "formula" | "opaque";
  readonly matchCase?: boolean;
  readonly asks?: Asks;
  /** A rule as it came, which the builder cannot edit. */
  readonly opaque?: unknown;
}

/** What is asked of related records. A figure is compared with the rule's own operator and value. */
export interface Asks {
  readonly relation: string;
  readonly measure: Measure;
  /** How many, for the measures that take a number. */
  readonly n: number | string;
  /** The field that a figure is made of. */
  readonly of: string;
  readonly orderBy: string;
  readonly within: (Span & { readonly field: string }) | null;
  readonly where: Tree;
}

export type Tree = RuleGroupType<TreeRule>;

/** From the query's root to a rule; "where" leads into the conditions of a rule on related records. */
export type Path = readonly (number | "where")[];

export const EMPTY_TREE: Tree = { combinator: "and", rules: [] };

export const isTree = (rule: TreeRule | Tree): rule is Tree => "rules" in rule;

export const samePath = (a: Path, b: Path) => a.length === b.length && a.every((step, i) => step === b[i]);
