/** What can be asked about a dataset's records: fields, looked-up fields, related records, functions. */
import { queryOptions } from "@tanstack/react-query";
import type { FieldType } from "./datasets.ts";
import { request } from "./http.ts";

export interface LanguageField {
  readonly name: string;
  readonly type: FieldType;
  readonly formula?: string | null;
}

/** Fields of the one record that a field points at: a purchase's store. */
export interface Lookup {
  readonly relation: string;
  readonly dataset_id?: string;
  readonly fields: readonly LanguageField[];
}

/** Records that point at this one: a customer's purchases. */
export interface Related {
  readonly name: string;
  readonly dataset_id: string;
  readonly fields: readonly LanguageField[];
}

export interface FormulaFunction {
  readonly name: string;
  /** `days_between(from, to)` */
  readonly signature: string;
  readonly words: string;
}

export interface Language {
  readonly fields: readonly LanguageField[];
  readonly lookups: readonly Lookup[];
  readonly related: readonly Related[];
  readonly functions: readonly FormulaFunction[];
}

export const languageQuery = (datasetId: string) =>
  queryOptions({
    queryKey: ["language", datasetId],
    queryFn: ({ signal }) => request<Language>("GET", "/query-language", { signal, query: { dataset_id: datasetId } }),
  });

/** The type of what a formula yields; a formula that does not read is refused with its place. */
export const checkFormula = (datasetId: string, formula: string, signal?: AbortSignal) =>
  request<{ type: FieldType }>("POST", "/query-language/check", { body: { dataset_id: datasetId, formula }, signal });
