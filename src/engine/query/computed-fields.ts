/** A dataset's computed fields made ready: with what their formulas yield and how. */
import { parseFormula } from "../formula/parse.ts";
import type { Field } from "../values/types.ts";
import type { QuerySchema } from "./schema.ts";

/**
 * The schema's fields, computed ones with `expr`. One whose formula is not valid any more is left out, so that
 * queries that read it say that it is not there, and are not answered as if it were empty.
 */
export function compiledFields(schema: QuerySchema): Field[] {
  return schema.fields.flatMap((field) => {
    if (field.formula === undefined) return [field];
    const parsed = parseFormula(field.formula, schema, "formula");
    return parsed.ok ? [{ ...field, type: parsed.value.type, expr: parsed.value.expr }] : [];
  });
}
