import { describe, expect, test } from "vitest";
import { ProblemError } from "../../platform/problem.ts";
import { detectLayout } from "./dialect.ts";
import { fieldNames } from "./header.ts";
import { bytesOf } from "./testing.ts";

const detect = (text: string) => detectLayout(bytesOf(text), true, "utf-8");
const layoutOf = (text: string) => detect(text).layout;

function problemOf(file: string | Uint8Array, whole = true) {
  try {
    detectLayout(typeof file === "string" ? bytesOf(file) : file, whole, "utf-8");
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  return null;
}

describe("delimiter", () => {
  test("F40 the delimiter that cuts the rows as it cuts the header", () => {
    expect(layoutOf("a,b\n1,2\n").delimiter).toBe(",");
    expect(layoutOf("a;b\n1,5;2,5\n3,5;4,5\n").delimiter).toBe(";");
    expect(layoutOf("a\tb, c\n1\t2\n").delimiter).toBe("\t");
    expect(layoutOf("a|b\n1|2;3\n").delimiter).toBe("|");
    expect(layoutOf("id;name, first;amount\n1;Smith, John;3,5\n2;Doe;4\n").delimiter).toBe(";");
    expect(layoutOf('"a,b";"c,d"\n"1,2";"3,4"\n').delimiter).toBe(";");
    expect(layoutOf('a,b\n"x;y\n;z",2\n').delimiter).toBe(",");
    expect(layoutOf("date;amount, EUR;note\n1;2,5;x\n").columns).toBe(3);
    expect(layoutOf("a;b;c").delimiter).toBe(";");
  });

  test("F41 a file of one column is not cut", () => {
    expect(layoutOf("email\na@b.c\n")).toMatchObject({ delimiter: ",", columns: 1 });
    expect(layoutOf("comment\nhello, world\nyes; no\nwell, well\n")).toMatchObject({ delimiter: "\t", columns: 1 });
  });

  test("F42 sep= names the delimiter and is no header", () => {
    expect(layoutOf("sep=;\r\na,x;b\r\n1;2\r\n")).toMatchObject({
      delimiter: ";",
      header: ["a,x", "b"],
      start: { offset: 14, line: 3 },
    });
    expect(layoutOf("\ufeffsep=|\na|b\n").header).toEqual(["a", "b"]);
    expect(layoutOf("sep,b\n1,2\n").header).toEqual(["sep", "b"]);
  });

  test("F51 a title above the header is noted", () => {
    expect(detect("Report\na,b\n1,2\n3,4\n").notes[0]).toContain("title");
    expect(detect("comment\na,b\nc\nd\n").notes).toEqual([]);
  });
});

describe("header", () => {
  test("F43 trimmed, otherwise verbatim", () => {
    const { layout } = detect('\ufeff\n  first name ,a.b,"say ""hi""",😀 é,a[0],"two\nlines"\n1,2,3,4,5,6\n');
    expect(layout.header).toEqual(["first name", "a.b", 'say "hi"', "😀 é", "a[0]", "two\nlines"]);
    expect(layout.start).toEqual({
      offset: bytesOf('\ufeff\n  first name ,a.b,"say ""hi""",😀 é,a[0],"two\nlines"\n').length,
      line: 4,
    });
  });

  test("F44 an empty header is named by its place", () => {
    const { names, notes } = fieldNames(["a", "", " ", "column_3"]);
    expect(names).toEqual(["a", "column_2", "column_3_1", "column_3"].with(2, "column_3_2"));
    expect(notes).toHaveLength(2);
  });

  test("F45 a repeated header is numbered, and a name that stands there keeps it", () => {
    expect(fieldNames(["a", "a", "a_2", "A", "a "]).names).toEqual(["a", "a_3", "a_2", "A", "a_4"]);
    expect(fieldNames(["constructor", "__proto__", "constructor"]).names).toEqual([
      "constructor",
      "__proto__",
      "constructor_2",
    ]);
    expect(fieldNames(["x", "x"]).notes[0]).toContain("x_2");
  });

  test("F52 a very long header is cut", () => {
    const { names, notes } = fieldNames(["x".repeat(201), "x".repeat(300), "y".repeat(200)]);
    expect(names).toEqual(["x".repeat(200), `${"x".repeat(198)}_2`, "y".repeat(200)]);
    expect(notes[0]).toContain("201 characters");
  });

  test("F46 a header alone is a file without rows", () => {
    expect(layoutOf("a,b")).toMatchObject({ header: ["a", "b"], start: { offset: 3, line: 1 } });
    expect(layoutOf("a,b\r\n").start).toEqual({ offset: 5, line: 2 });
  });
});

describe("files that are no table", () => {
  test("F47 an empty file", () => {
    for (const text of ["", "\ufeff", "\n \r\n\n", "sep=;\n"]) expect(problemOf(text)?.code).toBe("empty_file");
  });

  test("F48 something else than CSV", () => {
    const files = [
      new Uint8Array([0x50, 0x4b, 3, 4, 1, 2]),
      new Uint8Array([0x89, 0x50, 0x4e, 0x47]),
      new Uint8Array([0x1f, 0x8b, 8]),
      bytesOf("%PDF-1.7"),
      bytesOf("<!DOCTYPE html><html>"),
      bytesOf('[{"a":1},\n{"a":2}]'),
      bytesOf('{ "a": 1 }'),
      new Uint8Array(1_000).map((_, at) => at % 32),
    ];
    for (const file of files) {
      expect(problemOf(file)).toMatchObject({ code: "not_csv", status: 422 });
      expect(problemOf(file)?.detail).toContain("Export it as CSV");
    }
    expect(problemOf(`a,b\n${"x\0,y\n".repeat(2)}${"x,y\n".repeat(100)}`)).toBeNull();
  });

  test("F49 too many columns", () => {
    expect(problemOf(`${",".repeat(1_000)}\n`)).toMatchObject({
      code: "too_many_columns",
      facts: { actual: 1_001, limit: 1_000 },
    });
    expect(problemOf(`${",".repeat(999)}\n`)).toBeNull();
  });

  test("F50 a header that is not closed or does not end", () => {
    expect(problemOf('a,"b\n1,2\n')?.code).toBe("broken_header");
    expect(problemOf("x".repeat(5_000), false)?.code).toBe("broken_header");
  });
});
