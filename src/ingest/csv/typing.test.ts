import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DATE_FORMATS } from "../../engine/values/index.ts";
import { Column } from "./typing.ts";

function guess(...cells: string[]) {
  const column = new Column(1_000);
  cells.forEach((cell, at) => {
    column.add(cell, at + 2);
  });
  return column.guess("x");
}

const typeOf = (...cells: string[]) => guess(...cells).type;
const dateOf = (...cells: string[]) => {
  const { type, format } = guess(...cells);
  return `${type} ${format}`;
};

describe("types of whole columns", () => {
  test("F60 boolean is true and false in any case, nothing else", () => {
    expect(typeOf("true", "FALSE", "", "True")).toBe("boolean");
    for (const words of [["Yes", "No"], ["t", "f"], ["true", "1"], [" true"]]) expect(typeOf(...words)).toBe("text");
    expect(typeOf("0", "1")).toBe("number");
  });

  test("F61 numbers have no grouping, no leading zeros, at most 15 significant digits", () => {
    expect(typeOf("1", "-2.50", "+3", "0", "0.001", "1e5", "-1.5E-7", "123456789012345")).toBe("number");
    for (const cell of [
      "007",
      "1,200",
      "$5",
      "1 000",
      "12%",
      " 1",
      "1234567890123456",
      "0x1F",
      "NaN",
      "Infinity",
      "1e999",
      "-",
    ]) {
      expect([cell, typeOf("1", cell)]).toEqual([cell, "text"]);
    }
  });

  test("F62 one date format fits the whole column", () => {
    expect(dateOf("2021-12-31", "2021-1-2")).toBe("date y-m-d");
    expect(dateOf("2021/12/31")).toBe("date y/m/d");
    expect(dateOf("2021.12.31")).toBe("date y.m.d");
    expect(dateOf("31/12/2021", "1/2/2021")).toBe("date d/m/y");
    expect(dateOf("31-12-2021", "01-02-2021")).toBe("date d-m-y");
    expect(dateOf("01.02.2021", "31.12.2021")).toBe("date d.m.y");
    expect(dateOf("1/2/2021", "12/31/2021")).toBe("date m/d/y");
    expect(dateOf("3 Mar 2021", "31 december 2021")).toBe("date d mon y");
    expect(dateOf("03-MAR-2021")).toBe("date d-mon-y");
    expect(dateOf("Mar 3, 2021", "September 30 2021")).toBe("date mon d, y");
    for (const cells of [
      ["31/12/2021", "12/31/2021"],
      ["2021-02-29"],
      ["31/04/2021"],
      ["1/2/21"],
      ["2021-01/02"],
      ["2021-01-02", "2021/01/02"],
      ["3 Foo 2021"],
      ["20210102", "x"],
      ["0000-01-01"],
    ]) {
      expect([cells, typeOf(...cells)]).toEqual([cells, "text"]);
    }
    expect(typeOf("2020-02-29")).toBe("date");
  });

  test("F63 dates that read day first and month first stay text, with a note", () => {
    const field = guess("01/02/2021", "", "12/12/2021");
    expect(field).toMatchObject({ type: "text", format: null });
    expect(field.note).toContain("d/m/y and as m/d/y");
    expect(guess("1.2.2021 10:00").note).toContain("cannot be told apart");
  });

  test("F64 datetimes have a time of day in every cell", () => {
    expect(dateOf("2021-03-04T10:11:12Z", "2021-03-04 10:11", "2021-03-04T10:11:12.123456+02:00")).toBe(
      "datetime y-m-d",
    );
    expect(dateOf("3/4/2021 1:05 PM", "12/31/2021 12:00:00 am")).toBe("datetime m/d/y");
    expect(dateOf("31.12.2021, 23:59")).toBe("datetime d.m.y");
    expect(dateOf("Mar 3, 2021 10:00")).toBe("datetime mon d, y");
    for (const cells of [
      ["2021-03-04", "2021-03-04 10:00"],
      ["2021-03-04 24:00"],
      ["2021-03-04 13:00 PM"],
      ["2021-03-04T10:00:00+19:00"],
    ]) {
      expect([cells, typeOf(...cells)]).toEqual([cells, "text"]);
    }
  });

  test("F65 text arrays are JSON arrays of strings", () => {
    expect(typeOf('["a","b"]', "[]", "")).toBe("text_array");
    for (const cell of ["[1]", "[a]", '{"a":1}', '"a"', '["a"', "[null]"]) expect(typeOf('["a"]', cell)).toBe("text");
  });

  test("F66 a blank column is text", () => {
    expect(guess("", "  ", "\u00a0")).toMatchObject({ type: "text", empty: 3, distinct_at_least: 0, note: null });
    expect(guess()).toMatchObject({ type: "text", empty: 0 });
  });

  test("F67 blank cells do not count against a type", () => {
    expect(guess("1", " ", "", "2")).toMatchObject({ type: "number", empty: 2, distinct_at_least: 2 });
  });

  test("F68 the cell that made a column text is named", () => {
    expect(guess("1", "2", "n/a", "3").note).toContain("“n/a” in line 4 is not a number");
    expect(guess("31/12/2021", "soon").note).toContain("is not a date (d/m/y)");
    expect(guess("a", "b").note).toBeNull();
  });

  test("F62 F71 a column's state survives JSON at any cell", () => {
    const cell = fc.constantFrom(
      "",
      "1",
      "true",
      "2021-01-02",
      "03/04/2021",
      "31/04/2021",
      "x",
      '["a"]',
      "2021-01-02 10:00",
      "007",
    );
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 8 }), fc.nat(8), (cells, at) => {
        let column = new Column(100);
        cells.forEach((text, line) => {
          if (line === at) column = new Column(100, JSON.parse(JSON.stringify(column.state(100))));
          column.add(text, line + 2);
        });
        expect(column.guess("x")).toEqual({ ...guessWith(100, cells), name: "x" });
      }),
    );
  });

  test("F62 every format's name is one that a field can carry", () => {
    expect(new Set(DATE_FORMATS).size).toBe(12);
  });
});

function guessWith(bound: number, cells: readonly string[]) {
  const column = new Column(bound);
  cells.forEach((text, at) => {
    column.add(text, at + 2);
  });
  return column.guess("x");
}

describe("uniqueness", () => {
  test("F69 a field that repeats or is empty anywhere cannot be a key", () => {
    const filled = (...cells: string[]) => {
      const column = new Column(1_000);
      for (const cell of cells) column.add(cell, 1);
      return column.canBeKey;
    };
    expect(filled("a", "b", "A")).toBe(true);
    expect(filled("a", "b", " a ")).toBe(false);
    expect(filled("a", "", "b")).toBe(false);
    expect(filled()).toBe(false);
  });

  test("F70 above the bound repeats are still found, wherever they stand", () => {
    for (const distance of [1, 5_000, 40_000]) {
      const column = new Column(1_000);
      for (let i = 0; i < 50_000; i++) column.add(`v${i}`, i);
      expect(column.distinct).toMatchObject({ unique: true, exact: false });
      expect(column.distinct.atLeast).toBeGreaterThanOrEqual(1_000);
      // One repeat may be missed; five hundred are not.
      for (let i = 0; i < 500; i++) column.add(`v${50_000 - distance - i}`, i);
      expect(column.distinct.unique).toBe(false);
    }
  });

  test("F70 a saved state holds no more values than asked for", () => {
    const column = new Column(10_000);
    for (let i = 0; i < 5_000; i++) column.add(String(i), i);
    expect(column.distinct.exact).toBe(true);
    const { distinct } = column.state(100);
    expect(distinct.hashes!.length).toBeLessThanOrEqual(100);
    expect(distinct).toMatchObject({ unique: true, atLeast: 5_000 });
    column.add("17", 1);
    expect(column.state(100).distinct).toMatchObject({ unique: false, atLeast: 5_000, hashes: null });
  });
});

test("I22 types, counts and repeats found from bytes are those found from text", () => {
  const cells = fc.array(
    fc.oneof(
      fc.constantFrom(
        "",
        " ",
        "\u00a0",
        "1",
        "-2.5",
        "007",
        "1.50",
        "1e3",
        "x",
        "größer",
        " padded ",
        "true",
        "TRUE",
        "false",
      ),
      fc.constantFrom(
        "2024-05-01",
        "2024-02-30",
        "1.2.2024",
        "2024-05-01T08:30:00Z",
        "2024-05-01T08:30Z",
        '["a"]',
        "\ufeff",
      ),
      fc.integer().map(String),
    ),
    { minLength: 1, maxLength: 8 },
  );
  fc.assert(
    fc.property(cells, fc.boolean(), (cells, alike) => {
      const all = alike ? cells.map(() => cells[0] as string) : cells;
      const [byText, byBytes] = [new Column(4), new Column(4)];
      for (const [line, cell] of all.entries()) {
        const bytes = new TextEncoder().encode(`<${cell}>`);
        byText.add(cell, line);
        byBytes.addBytes(bytes, 1, bytes.length - 1, line);
      }
      expect(byBytes.guess("name")).toEqual(byText.guess("name"));
      expect(byBytes.state(3)).toEqual(byText.state(3));
      expect(byBytes.canBeKey).toBe(byText.canBeKey);
    }),
    { numRuns: 2_000 },
  );
});
