import { describe, expect, test } from "vitest";
import { numberText, parseNumber } from "./number.ts";

describe("numbers", () => {
  test.each([
    ["0", 0],
    ["-0", 0],
    ["+12", 12],
    ["12.50", 12.5],
    [".5", 0.5],
    ["5.", 5],
    ["-1e3", -1000],
    ["1.5E-3", 0.0015],
    ["0.000001", 0.000001],
  ])("V3 %s is a number", (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  test.each([
    "",
    " ",
    "abc",
    "1,200",
    "$5",
    "5 %",
    " 5",
    "5 ",
    "0x10",
    "1e",
    "e5",
    ".",
    "-",
    "--1",
    "1.2.3",
    "Infinity",
    "NaN",
    "١",
  ])("V3 %j is no number", (text) => {
    expect(parseNumber(text)).toBeNull();
  });

  test("V4 leading zeros make an identifier, a zero before the point does not", () => {
    expect(["007", "00", "-01", "01.5", "00.5"].map(parseNumber)).toEqual([null, null, null, null, null]);
    expect(["0.07", "-0.5", "0e5"].map(parseNumber)).toEqual([0.07, -0.5, 0]);
  });

  test("V5 at most 15 significant digits", () => {
    expect(parseNumber("123456789012345")).toBe(123456789012345);
    expect(parseNumber("0.00000123456789012345")).toBe(0.00000123456789012345);
    expect(
      ["1234567890123456", "1000000000000000", "1.000000000000000", "0.1234567890123456"].map(parseNumber),
    ).toEqual([null, null, null, null]);
  });

  test("V6 what a double cannot hold is none", () => {
    expect(["1e308", "-1e308", "1e-307", "0e999"].map(parseNumber)).toEqual([1e308, -1e308, 1e-307, 0]);
    expect(["1e309", "-1e309", "1e-309", "1e-999"].map(parseNumber)).toEqual([null, null, null, null]);
  });

  test("V16 the shortest decimal form", () => {
    expect([1.5, -0, 100, 1e21].map(numberText)).toEqual(["1.5", "0", "100", "1e+21"]);
  });
});
