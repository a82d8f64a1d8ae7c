/** Which of the fields that could be the key most probably is. */
import type { InspectedField } from "../interface.ts";

const NAMED_KEY = /^(?:id|_id|key|uuid|guid|sku|email|e-mail|email[ _]address)$/i;
const ENDS_AS_KEY = /(?:[ _.-](?:id|key|uuid|guid|no|nr|number|code)|[a-z]I[dD])$/i;

/** Names, best first: by name, then by place. Booleans and arrays cannot be keys; dates and amounts come last. */
export function rankKeys(fields: readonly InspectedField[]): string[] {
  return fields
    .filter(({ type }) => type !== "boolean" && type !== "text_array")
    .map((field, at) => ({ name: field.name, rank: rank(field) * fields.length + at }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ name }) => name);
}

function rank({ name, type }: InspectedField): number {
  if (type === "date" || type === "datetime") return 4;
  if (/^id$/i.test(name)) return 0;
  if (ENDS_AS_KEY.test(name)) return 1;
  return NAMED_KEY.test(name) ? 2 : 3;
}
