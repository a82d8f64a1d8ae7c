/** Which columns of a looked-at file point at another file: they are called so, and their first values are keys there. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { type Dataset, datasetsQuery, type RelationDraft } from "../api/datasets.ts";
import { asProblem } from "../api/http.ts";
import { getRecord } from "../api/records.ts";
import type { Inspection } from "../api/uploads.ts";
import { looksLikeKeyOf, namesFor } from "./relationNames.ts";

export interface Offer {
  readonly draft: RelationDraft;
  readonly otherName: string;
  /** So many of the values that were tried are keys of the other file. */
  readonly found: number;
  readonly tried: number;
}

const TRIED = 5;

export function useOffers(inspection: Inspection, fileName: string, key: string): readonly Offer[] {
  const { data } = useQuery(datasetsQuery);
  const candidates = inspection.fields.flatMap(({ name: field }, column) => {
    const other = field === key ? undefined : data?.data.find((dataset) => looksLikeKeyOf(field, dataset));
    return other ? [{ field, other, values: firstValues(inspection, column) }] : [];
  });
  const asked = candidates.flatMap(({ other, values }) => values.map((value) => ({ other, value })));
  const answers = useQueries({ queries: asked.map(({ other, value }) => isKey(other, value)) });
  const keys = new Set(asked.filter((_, i) => answers[i]?.data).map(({ other, value }) => `${other.id} ${value}`));
  return candidates.flatMap(({ field, other, values }) => {
    const found = values.filter((value) => keys.has(`${other.id} ${value}`)).length;
    const draft = { field, dataset_id: other.id, ...namesFor(field, fileName, other.name) };
    return found === 0 ? [] : [{ draft, otherName: other.name, found, tried: values.length }];
  });
}

const firstValues = ({ sample }: Inspection, column: number) =>
  [...new Set(sample.map((row) => row[column]?.trim() ?? ""))].filter((value) => value !== "").slice(0, TRIED);

const isKey = ({ id }: Dataset, value: string) => ({
  queryKey: ["is a key", id, value],
  queryFn: async (): Promise<boolean> => {
    try {
      await getRecord(id, value);
      return true;
    } catch (error) {
      if (asProblem(error).status === 404) return false;
      throw error;
    }
  },
});
