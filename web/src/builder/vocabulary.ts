/** The names that conditions of one group may use: those of its dataset, or of the related records it is about. */
import type { FieldType } from "../api/datasets.ts";
import type { FormulaFunction, Language, LanguageField, Lookup, Related } from "../api/language.ts";

export interface Vocabulary {
  readonly datasetId: string;
  /** Seldom what a segment asks about. */
  readonly key: string | null;
  readonly fields: readonly LanguageField[];
  readonly lookups: readonly Lookup[];
  readonly related: readonly Related[];
  readonly functions: readonly FormulaFunction[];
}

interface Known {
  readonly id: string;
  readonly key: string | null;
  readonly fields: readonly LanguageField[];
}

/** As the program tells it; until it did, just the dataset's own fields. */
export function vocabularyOf({ id, key, fields }: Known, language?: Partial<Language>): Vocabulary {
  return {
    datasetId: id,
    key,
    fields: language?.fields ?? fields,
    lookups: language?.lookups ?? [],
    related: language?.related ?? [],
    functions: language?.functions ?? [],
  };
}

/** What conditions on related records may use. Related records do not nest, and neither do lookups. */
export function relatedVocabulary(of: Vocabulary, relation: string): Vocabulary {
  const related = of.related.find(({ name }) => name === relation);
  return {
    datasetId: related?.dataset_id ?? "",
    key: null,
    fields: related?.fields ?? [],
    lookups: [],
    related: [],
    functions: of.functions,
  };
}

/** The datasets whose changes may change a count: the group's own, and those that its relations lead to. */
export function datasetsRead({ datasetId, lookups, related }: Vocabulary): ReadonlySet<string> {
  return new Set([
    datasetId,
    ...lookups.map(({ dataset_id }) => dataset_id ?? ""),
    ...related.map((one) => one.dataset_id),
  ]);
}

/** Between the parts of a looked-up field's name in the tree: no header has it. */
const SEPARATOR = "\u001f";

/** A looked-up field as the tree names it, which has one text for a field. */
export const lookupName = (relation: string, field: string) => `${SEPARATOR}${relation}${SEPARATOR}${field}`;

export function splitName(name: string): { via?: string; field: string } {
  if (!name.startsWith(SEPARATOR)) return { field: name };
  const [, via = "", field = ""] = name.split(SEPARATOR);
  return { via, field };
}

/** `store › region` */
export function labelOf(name: string): string {
  const { via, field } = splitName(name);
  return via === undefined ? field : `${via} › ${field}`;
}

/** Own and looked-up fields under the tree's names. */
export function namedFields({ fields, lookups }: Vocabulary): readonly LanguageField[] {
  const lookedUp = lookups.flatMap(({ relation, fields }) =>
    fields.map((field) => ({ ...field, name: lookupName(relation, field.name) })),
  );
  return [...fields, ...lookedUp];
}

export function typeOf(vocabulary: Vocabulary, name: string): FieldType {
  const { via, field } = splitName(name);
  const among =
    via === undefined ? vocabulary.fields : (vocabulary.lookups.find(({ relation }) => relation === via)?.fields ?? []);
  return among.find((known) => known.name === field)?.type ?? "text";
}

export const isDated = ({ type }: LanguageField) => type === "date" || type === "datetime";
