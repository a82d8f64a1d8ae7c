/** Changes to a dataset's list of fields, as pure functions. An id is a place in every row: it never changes hands. */
import type { FieldType } from "../engine/index.ts";
import { failure, type Outcome, success } from "../platform/problem.ts";
import type { StoredField } from "./schema/datasets.ts";

export interface NewField {
  readonly name: string;
  readonly type: FieldType;
  readonly format: string | null;
  /** A computed field. Its type is what the formula yields. */
  readonly formula?: string | undefined;
}

export interface FieldEdit {
  readonly formula?: string | undefined;
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

export function fieldWithId(fields: readonly StoredField[], id: number): StoredField | undefined {
  return fields.find((field) => field.id === id);
}

/** The fields with those that are new at the end. A field whose type was provisional takes the one given here. */
export function addFields(fields: readonly StoredField[], additions: readonly NewField[]): StoredField[] {
  const result = [...fields];
  for (const { name, type, format, formula } of additions) {
    const at = result.findIndex((field) => field.name === name && !field.retired);
    const known = result[at];
    if (!known) result.push({ id: nextId(result), name, type, format, ...(formula === undefined ? {} : { formula }) });
    else if (known.provisional) result[at] = { id: known.id, name, type, format };
  }
  return result;
}

/** Whether `addFields` had anything to do. */
export function sameFields(before: readonly StoredField[], after: readonly StoredField[]): boolean {
  return before.length === after.length && after.every((field, at) => field === before[at]);
}

/** The fields with the key field among them: text until the first rows show what it holds, unless its type was given. */
export function withKeyField(fields: readonly StoredField[], key: string | null): StoredField[] {
  if (key === null || fieldNamed(fields, key)) return [...fields];
  return [...fields, { id: nextId(fields), name: key, type: "text", format: null, provisional: true }];
}

export interface FieldsEdited {
  readonly fields: readonly StoredField[];
  /** Old name to new name. */
  readonly renamed: ReadonlyMap<string, string>;
}

/** Applies edits by name: known fields change, unknown ones are added. `field_name_taken` (409) for a clash. */
export function editFields(fields: readonly StoredField[], edits: readonly FieldEdit[]): Outcome<FieldsEdited> {
  const result = [...fields];
  for (const edit of edits) {
    const at = result.findIndex((field) => field.name === edit.name && !field.retired);
    const old = result[at];
    const name = edit.new_name ?? edit.name;
    if (name !== edit.name && fieldNamed(result, name)) return failure(nameTaken(name));
    if (old && edit.formula !== undefined && old.formula === undefined) return failure(isStored(name));
    const formula = edit.formula ?? old?.formula;
    const computed = formula === undefined ? {} : { formula };
    const type = edit.type ?? old?.type ?? "text";
    const format =
      edit.format === undefined ? (edit.type && edit.type !== old?.type ? null : (old?.format ?? null)) : edit.format;
    if (old) result[at] = { ...(edit.type ? settled(old) : old), name, type, format, ...computed };
    else result.push({ id: nextId(result), name, type, format, ...computed });
  }
  return success({ fields: result, renamed: renamesBetween(fields, result) });
}

/** By id, so that a field that was renamed twice in one go has its last name. */
function renamesBetween(before: readonly StoredField[], after: readonly StoredField[]): Map<string, string> {
  const names = new Map(after.map((field) => [field.id, field.name]));
  const pairs = liveFields(before).map((field) => [field.name, names.get(field.id) ?? field.name] as const);
  return new Map(pairs.filter(([old, name]) => old !== name));
}

function settled({ provisional: _, ...field }: StoredField): StoredField {
  return field;
}

function nextId(fields: readonly StoredField[]): number {
  return fields.reduce((highest, field) => Math.max(highest, field.id), -1) + 1;
}

/** Fields that rows have cells in. */
export function storedFields(fields: readonly StoredField[]): StoredField[] {
  return liveFields(fields).filter((field) => field.formula === undefined);
}

function isStored(name: string) {
  return {
    code: "field_is_stored",
    status: 422,
    detail: `"${name}" holds values of its own, so it cannot be computed. Give the computed field another name.`,
    path: "fields",
    facts: { name },
  };
}

function nameTaken(name: string) {
  return {
    code: "field_name_taken",
    status: 409,
    detail: `There is a field "${name}" already. Choose another name.`,
    path: "fields",
    facts: { name },
  };
}
