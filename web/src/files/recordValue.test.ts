import { expect, test } from "vitest";
import { readValue, writeValue } from "./recordValue.ts";

test("W16 a typed value is sent as its field's type where it reads as one, else as the text it is", () => {
  expect(readValue("80.5", "number")).toBe(80.5);
  expect(readValue("eighty", "number")).toBe("eighty");
  expect(readValue("007", "text")).toBe("007");
  expect(readValue("TRUE", "boolean")).toBe(true);
  expect(readValue('["a","b"]', "text_array")).toEqual(["a", "b"]);
  expect(readValue("  ", "number")).toBeNull();
});

test("W16 a value that is not changed reads back as it was", () => {
  for (const list of [["a", "b"], []]) expect(readValue(writeValue(list), "text_array")).toEqual(list);
  expect(readValue(writeValue(1e21), "number")).toBe(1e21);
});
