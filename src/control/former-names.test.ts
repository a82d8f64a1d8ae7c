import { expect, test } from "vitest";
import { rememberNames, renamesSince } from "./former-names.ts";
import type { StoredField } from "./schema/datasets.ts";

const field = (id: number, name: string): StoredField => ({ id, name, type: "text", format: null });
const [a, b] = [field(0, "a"), field(1, "b")];

function renamed(fields: readonly StoredField[], names: Readonly<Record<string, string>>, now: number): StoredField[] {
  return rememberNames(
    fields,
    fields.map((one) => ({ ...one, name: names[one.name] ?? one.name })),
    now,
  );
}

const since = (fields: readonly StoredField[], at: number) => Object.fromEntries(renamesSince(fields, [], at).fields);

test("Q124 the names of any time are known, through several new names and swaps", () => {
  const once = renamed([a, b], { a: "x" }, 10);
  const swapped = renamed(once, { x: "b", b: "x" }, 20);
  const again = renamed(swapped, { b: "y" }, 30);
  expect(since([a, b], 5)).toEqual({});
  expect(since(again, 5)).toEqual({ a: "y", b: "x" });
  expect(since(again, 10)).toEqual({ x: "y", b: "x" });
  expect(since(again, 20)).toEqual({ b: "y" });
  expect(since(again, 30)).toEqual({});
});

test("Q124 a name that stays is not remembered", () => {
  expect(renamed([a, b], { a: "a" }, 10)).toEqual([a, b]);
});
