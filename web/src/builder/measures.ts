/** What is asked of related records: how many there are, or a figure made of them. */
import type { FieldType } from "../api/datasets.ts";

export type Measure =
  | "any"
  | "none"
  | "all"
  | "at_least"
  | "at_most"
  | "exactly"
  | "count"
  | "count_distinct"
  | "sum"
  | "average"
  | "min"
  | "max"
  | "first"
  | "last";

interface MeasureWords {
  readonly name: Measure;
  readonly label: string;
}

/** How many of them. */
export const QUANTIFIERS: readonly MeasureWords[] = [
  { name: "any", label: "at least one" },
  { name: "none", label: "none" },
  { name: "all", label: "every one" },
  { name: "at_least", label: "at least" },
  { name: "at_most", label: "at most" },
  { name: "exactly", label: "exactly" },
];

/** A figure that is compared. */
export const AGGREGATES: readonly MeasureWords[] = [
  { name: "count", label: "count" },
  { name: "sum", label: "sum" },
  { name: "average", label: "average" },
  { name: "min", label: "lowest" },
  { name: "max", label: "highest" },
  { name: "first", label: "first" },
  { name: "last", label: "last" },
  { name: "count_distinct", label: "different values" },
];

const SINGLE: readonly FieldType[] = ["text", "number", "boolean", "date", "datetime"];
/** What has an order. */
export const ORDERED: readonly FieldType[] = ["number", "date", "datetime"];

/** The types of field that a figure can be made of; empty where it is made of none. */
const OF: Partial<Record<Measure, readonly FieldType[]>> = {
  sum: ["number"],
  average: ["number"],
  min: ORDERED,
  max: ORDERED,
  first: SINGLE,
  last: SINGLE,
  count_distinct: SINGLE,
};

const named = (words: readonly MeasureWords[], measure: string) => words.some(({ name }) => name === measure);

export const isQuantifier = (measure: string) => named(QUANTIFIERS, measure);
export const isAggregate = (measure: string) => named(AGGREGATES, measure);
export const takesNumber = (measure: string) => ["at_least", "at_most", "exactly"].includes(measure);
export const takesOrder = (measure: string) => measure === "first" || measure === "last";
export const typesFor = (measure: Measure): readonly FieldType[] => OF[measure] ?? [];

/** The type of what comes out: a number, or what the field is. */
export function resultType(measure: Measure, of: FieldType): FieldType {
  return ["min", "max", "first", "last"].includes(measure) ? of : "number";
}
