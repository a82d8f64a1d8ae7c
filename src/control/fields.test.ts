import { expect, test } from "vitest";
import { addFields, editFields, liveFields, withKeyField } from "./fields.ts";
import type { StoredField } from "./schema/datasets.ts";

const fields: StoredField[] = [
  { id: 0, name: "id", type: "text", format: null },
  { id: 1, name: "when", type: "date", format: "d/m/y" },
  { id: 2, name: "gone", type: "text", format: null, retired: true },
];

test("P32 a new field gets the next id, never one that was used; a known name is not added again", () => {
  const added = addFields(fields, [
    { name: "id", type: "number", format: null },
    { name: "gone", type: "number", format: null },
  ]);
  expect(added.slice(3)).toEqual([{ id: 3, name: "gone", type: "number", format: null }]);
  expect(liveFields(added).map((field) => field.name)).toEqual(["id", "when", "gone"]);
});

test("P32 a renamed field keeps its id, type and format", () => {
  const edited = editFields(fields, [{ name: "when", new_name: "day" }]);
  expect(edited).toMatchObject({ ok: true });
  if (!edited.ok) return;
  expect(edited.value.fields[1]).toEqual({ id: 1, name: "day", type: "date", format: "d/m/y" });
  expect([...edited.value.renamed]).toEqual([["when", "day"]]);
});

test("P32 a name that was made free may be taken in the same go, and the last of two new names counts", () => {
  const go = editFields(fields, [
    { name: "when", new_name: "day" },
    { name: "id", new_name: "when" },
    { name: "day", new_name: "date" },
  ]);
  expect(go.ok && [...go.value.renamed]).toEqual([
    ["id", "when"],
    ["when", "date"],
  ]);
});

test("P32 a new type forgets the old one's format, unless another is given", () => {
  const types = (format?: string) => editFields(fields, [{ name: "when", type: "datetime", format }]);
  expect(types()).toMatchObject({ ok: true, value: { fields: [{}, { type: "datetime", format: null }, {}] } });
  expect(types("m/d/y")).toMatchObject({ ok: true, value: { fields: [{}, { format: "m/d/y" }, {}] } });
});

test("P32 a name that is taken is refused", () => {
  expect(editFields(fields, [{ name: "when", new_name: "id" }])).toMatchObject({
    ok: false,
    problem: { code: "field_name_taken", status: 409 },
  });
});

test("P30 the key field is added as text, and left as it is where it was given", () => {
  const fresh = withKeyField([], "no");
  expect(fresh).toEqual([{ id: 0, name: "no", type: "text", format: null, provisional: true }]);
  const decided = addFields(fresh, [{ name: "no", type: "number", format: null }]);
  expect(decided).toEqual([{ id: 0, name: "no", type: "number", format: null }]);
  expect(addFields(decided, [{ name: "no", type: "text", format: null }])).toEqual(decided);
  expect(withKeyField(fields, "when")).toEqual(fields);
  expect(withKeyField(fields, null)).toEqual(fields);
});
