import { describe, expect, test } from "vitest";
import type { Cell, FieldType } from "../../engine/index.ts";
import { typedValue } from "../../engine/values/index.ts";
import { makeConverter } from "./convert.ts";

function convertOne(type: FieldType, text: string, format: string | null = null, timeZone = "UTC") {
  const row = makeConverter([{ id: 7, name: "x", type, format }], ["x"], null, timeZone)([text]);
  return { cell: row.pairs[0]![1], unfit: row.unfit.length > 0 };
}

const cellOf = (type: FieldType, text: string, format?: string, timeZone?: string): Cell =>
  convertOne(type, text, format, timeZone).cell;

describe("cells", () => {
  test("F80 blank is null in every type", () => {
    for (const type of ["text", "number", "boolean", "date", "datetime", "text_array"] as const) {
      for (const blank of ["", "  ", "\t", "\u00a0"])
        expect(convertOne(type, blank)).toEqual({ cell: null, unfit: false });
    }
  });

  test("F81 text is verbatim", () => {
    for (const text of [" a ", "007", "true", "É\u0301", "a\r\nb"]) expect(cellOf("text", text)).toBe(text);
  });

  test("F82 numbers that write back as they came are numbers, others keep their text", () => {
    for (const text of ["0", "-1", "1.5", "123456789012345", "1e+21"])
      expect(cellOf("number", text)).toBe(Number(text));
    for (const text of ["1.50", "+1", "1e5", "-0", ".5", "1.0"]) {
      expect(convertOne("number", text)).toEqual({ cell: text, unfit: false });
      expect(typedValue({ type: "number" }, text)).toBe(Number(text) + 0);
    }
  });

  test("F83 booleans in any case", () => {
    expect([cellOf("boolean", "TRUE"), cellOf("boolean", "false")]).toEqual([true, false]);
  });

  test("F84 dates become ISO by the field's format", () => {
    expect(cellOf("date", "3/4/2021", "d/m/y")).toBe("2021-04-03");
    expect(cellOf("date", "3/4/2021", "m/d/y")).toBe("2021-03-04");
    expect(cellOf("date", "31.12.2021", "d.m.y")).toBe("2021-12-31");
    expect(cellOf("date", "2021/1/2", "y/m/d")).toBe("2021-01-02");
    expect(cellOf("date", "Sept 3, 2021", "mon d, y")).toBe("2021-09-03");
    expect(cellOf("date", "3-Mar-2021", "d-mon-y")).toBe("2021-03-03");
  });

  test("F85 datetimes become instants; without an offset they are in the zone", () => {
    expect(cellOf("datetime", "2021-07-01 10:00", "y-m-d", "America/New_York")).toBe("2021-07-01T14:00:00Z");
    expect(cellOf("datetime", "2021-01-01 10:00", "y-m-d", "America/New_York")).toBe("2021-01-01T15:00:00Z");
    expect(cellOf("datetime", "2021-01-01T10:00:00.250+05:30", "y-m-d", "America/New_York")).toBe(
      "2021-01-01T04:30:00.250Z",
    );
    expect(cellOf("datetime", "12/31/2021 11:59 PM", "m/d/y")).toBe("2021-12-31T23:59:00Z");
    expect(cellOf("datetime", "31.12.2021, 12:05:06 am", "d.m.y")).toBe("2021-12-31T00:05:06Z");
  });

  test("F86 clocks put forward and back", () => {
    expect(cellOf("datetime", "2021-03-14 02:30", "y-m-d", "America/New_York")).toBe("2021-03-14T07:00:00Z");
    expect(cellOf("datetime", "2021-11-07 01:30", "y-m-d", "America/New_York")).toBe("2021-11-07T05:30:00Z");
  });

  test("F87 text arrays", () => {
    expect(cellOf("text_array", '["a","b c"]')).toEqual(["a", "b c"]);
  });

  test("F88 what does not fit is kept as it came and named", () => {
    const misfits: [FieldType, string][] = [
      ["number", "n/a"],
      ["number", "1,200"],
      ["boolean", "yes"],
      ["date", "31/12/2021"],
      ["date", "2021-02-30"],
      ["date", "2021-02-03 10:00"],
      ["datetime", "10:00"],
      ["text_array", "[1]"],
    ];
    for (const [type, text] of misfits) {
      expect(convertOne(type, text)).toEqual({ cell: text, unfit: true });
      expect(typedValue({ type }, text)).toBeNull();
    }
  });

  test("F91 ISO fits every format, and a date alone is the start of its day", () => {
    expect(cellOf("date", "2021-03-04", "d/m/y")).toBe("2021-03-04");
    expect(cellOf("datetime", "2021-03-04T10:00:00Z", "d/m/y")).toBe("2021-03-04T10:00:00Z");
    expect(cellOf("datetime", "4/3/2021", "d/m/y", "Europe/Berlin")).toBe("2021-03-03T23:00:00Z");
  });

  test("F84 F85 what fits is what the engine reads", () => {
    expect(typedValue({ type: "date" }, cellOf("date", "31/12/2021", "d/m/y"))).toBe(18_992);
    expect(typedValue({ type: "datetime" }, cellOf("datetime", "1/1/1970 0:00:01", "d/m/y"))).toBe(1_000);
  });
});

describe("rows", () => {
  const fields = [
    { id: 0, name: "id", type: "text", format: null },
    { id: 3, name: "n", type: "number", format: null },
    { id: 5, name: "absent", type: "text", format: null },
  ] as const;

  test("F89 the key is trimmed, in its field too, and blank is none", () => {
    const convert = makeConverter(fields, ["n", "id"], "id", "UTC");
    expect(convert(["1", " 007 "])).toEqual({
      key: "007",
      pairs: [
        [3, 1],
        [0, "007"],
      ],
      unfit: [],
    });
    expect(convert(["1", "  "]).key).toBeNull();
    expect(makeConverter(fields, ["n", "id"], null, "UTC")(["1", "a"]).key).toBeNull();
    expect(makeConverter(fields, ["n"], "id", "UTC")(["1"]).key).toBeNull();
  });

  test("F90 columns without a field and fields without a column are left out", () => {
    const convert = makeConverter(fields, ["other", "n"], null, "UTC");
    expect(convert(["a", "x"])).toEqual({ key: null, pairs: [[3, "x"]], unfit: [3] });
  });
});
