/** Changes to a dataset's list of fields, as pure functions. An id is a place in every row: it never changes hands. */
import type { FieldType } from "../engine/index.ts";
import { failure, type Outcome, success } from "../platform/problem.ts";
import type { StoredField } from "./schema/datasets.ts";

export interface NewField {
  readonly name: string;
  readonly type: FieldType;
  readonly format: string | null;
}

export interface FieldEdit {
  readonly name: string;
  readonly type?: FieldType | undefined;
  readonly format?: string | null | undefined;
  readonly new_name?: string | undefined;
}

/** Fields that are shown, in order. */
export function liveFields(fields: readonly StoredField[]): StoredField[] {
  return fields.filter((field) => !field.retired);
}

export function fieldNamed(fields: readonly StoredField[], name: string): StoredField | undefined {
  return fields.find((field) => field.name === name && !field.retired);
}

/** The fields with those that are new at the end. */
export function addFields(fields: readonly StoredField[], additions: readonly NewField[]): StoredField[] {
  const result = [...fields];
  for (const { name, type, format } of additions) {
    if (!fieldNamed(result, name)) result.push({ id: nextId(result), name, type, format });
  }
  return result;
}

/** The fields with the key field among them: keys are text, so it is, unless it was given another type. */
export function withKeyField(fields: readonly StoredField[], key: string | null): StoredField[] {
  return addFields(fields, key === null ? [] : [{ name: key, type: "text", format: null }]);
}

export interface FieldsEdited {
  readonly fields: readonly StoredField[];
  /** Old name to new name. */
  readonly renamed: ReadonlyMap<string, string>;
}

/** Applies edits by name: known fields change, unknown ones are added. `field_name_taken` (409) for a clash. */
export function editFields(fields: readonly StoredField[], edits: readonly FieldEdit[]): Outcome<FieldsEdited> {
  const renamed = new Map<string, string>();
  const result = [...fields];
  for (const edit of edits) {
    const at = result.findIndex((field) => field.name === edit.name && !field.retired);
    const old = result[at];
    const name = edit.new_name ?? edit.name;
    if (name !== edit.name && fieldNamed(result, name)) return failure(nameTaken(name));
    const type = edit.type ?? old?.type ?? "text";
    const format =
      edit.format === undefined ? (edit.type && edit.type !== old?.type ? null : (old?.format ?? null)) : edit.format;
    if (old) result[at] = { ...old, name, type, format };
    else result.push({ id: nextId(result), name, type, format });
    if (old && name !== old.name) renamed.set(old.name, name);
  }
  return success({ fields: result, renamed });
}

function nextId(fields: readonly StoredField[]): number {
  return fields.reduce((highest, field) => Math.max(highest, field.id), -1) + 1;
}

function nameTaken(name: string) {
  return {
    code: "field_name_taken",
    status: 409,
    detail: `There is a field ${name} already. Choose another name.`,
    path: "fields",
    facts: { name },
  };
}
