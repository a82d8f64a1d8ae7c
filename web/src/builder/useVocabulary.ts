import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Dataset } from "../api/datasets.ts";
import { languageQuery } from "../api/language.ts";
import { type Vocabulary, vocabularyOf } from "./vocabulary.ts";

/** What can be asked about a dataset's records. */
export function useVocabulary({ id, key, fields }: Pick<Dataset, "id" | "key" | "fields">): Vocabulary {
  const { data } = useQuery(languageQuery(id));
  return useMemo(() => vocabularyOf({ id, key, fields }, data), [id, key, fields, data]);
}
