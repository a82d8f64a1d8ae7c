import { liveFields } from "../../control/fields.ts";
import type { Dataset } from "../../control/repositories/datasets.ts";
import type { Field } from "../../engine/index.ts";
import { problem } from "../problems.ts";

/** The chosen fields in their order; all without a choice. `pathOf`: where in the input the name at a place stands. */
export function chosenFields(
  dataset: Dataset,
  names: readonly string[] | undefined,
  pathOf = (at: number) => `fields[${at}]`,
): readonly Field[] {
  const fields = liveFields(dataset.fields);
  if (names === undefined) return fields;
  return names.map((name, at) => {
    const field = fields.find((one) => one.name === name);
    if (field) return field;
    const detail = `The dataset has no field ${name}. Its fields are in GET /api/v1/datasets/${dataset.id}.`;
    throw problem(422, "unknown_field", detail, { path: pathOf(at) });
  });
}
