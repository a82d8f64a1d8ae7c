/** What a condition can be about, as one menu offers it: fields, looked-up fields, related records, segments, a formula. */
import type { ComboboxItem, ComboboxItemGroup } from "@mantine/core";
import { operatorsOf } from "./operators.ts";
import { EMPTY_TREE, type TreeRule } from "./tree.ts";
import { lookupName, typeOf, type Vocabulary } from "./vocabulary.ts";

/** Marks a subject that is no field; no header has it. */
const MARK = "\u001e";

export const SEGMENT = `${MARK}segment`;
export const FORMULA = `${MARK}formula`;
export const relatedSubject = (relation: string) => `${MARK}related${MARK}${relation}`;

/** Whether a subject is a field, which the tree names the same. */
export const isField = (subject: string) => !subject.startsWith(MARK);

export function subjectOf({ kind, field, asks }: TreeRule): string {
  if (kind === "related" && asks) return relatedSubject(asks.relation);
  if (kind === "segment") return SEGMENT;
  return kind === "formula" ? FORMULA : field;
}

/** A new rule about a subject. */
export function ruleAbout(subject: string, vocabulary: Vocabulary): TreeRule {
  if (subject === SEGMENT) return { kind: "segment", field: "", operator: "member", value: "" };
  if (subject === FORMULA) return { kind: "formula", field: "", operator: "", value: "" };
  if (!isField(subject)) return aboutRelated(subject.split(MARK)[2] ?? "");
  const [operator] = operatorsOf(typeOf(vocabulary, subject));
  return { field: subject, operator: operator?.name ?? "equals", value: "" };
}

function aboutRelated(relation: string): TreeRule {
  const asks = { relation, measure: "any" as const, n: 2, of: "", orderBy: "", within: null, where: EMPTY_TREE };
  return { kind: "related", field: "", operator: "greater_than", value: "", asks };
}

/** The menu: own fields, then those of each looked-up record, then what is related, then the rest. */
export function subjectChoices({
  fields,
  lookups,
  related,
}: Vocabulary): (ComboboxItem | ComboboxItemGroup<ComboboxItem>)[] {
  const item = (value: string, label: string) => ({ value, label });
  return [
    ...fields.map(({ name }) => item(name, name)),
    ...lookups.map(({ relation, fields }) => ({
      group: relation,
      items: fields.map(({ name }) => item(lookupName(relation, name), `${relation} › ${name}`)),
    })),
    ...(related.length > 0
      ? [{ group: "Related records", items: related.map(({ name }) => item(relatedSubject(name), name)) }]
      : []),
    { group: "Other", items: [item(SEGMENT, "in a segment…"), item(FORMULA, "formula…")] },
  ];
}
