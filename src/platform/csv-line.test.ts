import { expect, test } from "vitest";
import { csvLine } from "./csv-line.ts";

test("F95 cells are quoted where they need it", () => {
  expect(csvLine(["a", "b c", "", "=1+1"])).toBe("a,b c,,=1+1\r\n");
  expect(csvLine(['say "hi"', "a,b", "c\nd", "e\rf", " g"])).toBe('"say ""hi""","a,b","c\nd","e\rf"," g"\r\n');
  expect(csvLine([""])).toBe('""\r\n');
});
