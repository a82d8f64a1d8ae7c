/** What a relation could be called, and which columns look as if they held another file's keys. */
import type { Dataset } from "../api/datasets.ts";

const ID = /[\s_-]*(?:id|key|no|number|code|uuid|ref)$/i;

/** "Purchases" -> "purchases", "Web visits" -> "web_visits" */
export const plural = (datasetName: string) => datasetName.trim().toLowerCase().replace(/\s+/g, "_");

/** "Companies" -> "company" */
export function singular(datasetName: string): string {
  const name = plural(datasetName);
  if (/ies$/.test(name)) return name.replace(/ies$/, "y");
  if (/(?:s|x|z|ch|sh)es$/.test(name)) return name.replace(/es$/, "");
  return name.replace(/([^s])s$/, "$1");
}

/** `customer_id` of Purchases, keys of Customers -> customer, purchases */
export function namesFor(field: string, from: string, to: string): { name: string; reverse_name: string } {
  const base = field
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .replace(ID, "")
    .toLowerCase();
  return { name: base === "" ? singular(to) : base, reverse_name: plural(from) };
}

const plain = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/** Whether a column is called as another file's key is, or as the file and "id". */
export function looksLikeKeyOf(column: string, { name, key }: Pick<Dataset, "name" | "key">): boolean {
  if (key === null) return false;
  const called = plain(column);
  // A key that is called just "id" says nothing of whose it is.
  if (called === plain(key) && plain(key).length > 2) return true;
  const of = plain(singular(name));
  const isOf = (ending: string) => called === `${of}${ending}`;
  return ["id", "key", "no", "number", "code", "ref", ""].some(isOf);
}
