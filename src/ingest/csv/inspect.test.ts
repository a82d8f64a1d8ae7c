import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unwrap } from "../../platform/problem.ts";
import { type InspectOptions, Inspector, inspectFile } from "./inspect.ts";
import { rankKeys } from "./key-rank.ts";
import { bytesOf, importAll, rangesOf } from "./testing.ts";

const inspect = async (file: Uint8Array, options: InspectOptions = {}) =>
  unwrap(await inspectFile(rangesOf(file), file.length, options)).inspection;

function sharedFile(name: string): Uint8Array {
  const folder = process.env.CUTTY_SHARED ?? join(import.meta.dirname, "../../../../shared");
  try {
    return readFileSync(join(folder, "data", name));
  } catch {
    throw new Error(`${name} is not in ${folder}/data: set CUTTY_SHARED to the folder that holds data/`);
  }
}

describe("encoding", () => {
  test("F10 one invalid sequence anywhere makes the whole file Windows-1252", async () => {
    const head = bytesOf("name\nZoë\n");
    const rows = bytesOf("abc\n".repeat(700_000));
    const file = new Uint8Array([...head, ...rows, 0x80, 0xe9, 0x0a]);
    const { records, layout } = await importAll(file);
    expect(layout.encoding).toBe("windows-1252");
    expect(records[0]?.cells).toEqual(["ZoÃ«"]);
    expect(records.at(-1)?.cells).toEqual(["€é"]);
    const inspection = await inspect(file);
    expect(inspection.rows).toBe(700_002);
    expect(inspection.notes[0]).toContain("Windows-1252");
    expect((await inspect(file.subarray(0, file.length - 3))).encoding).toBe("utf-8");
  });

  test("F10 a character cut at the end of the file is an invalid one", async () => {
    expect((await inspect(new Uint8Array([...bytesOf("a\nb"), 0xc3]))).encoding).toBe("windows-1252");
  });
});

describe("inspection", () => {
  test("F28 F29 F24 notes count what will be missing or rejected", async () => {
    const { notes, rows } = await inspect(bytesOf('a,b\n1\n2,3,4\n5,6\n7,"8\n'));
    expect(rows).toBe(4);
    expect(notes.join(" ")).toMatch(/1 row has fewer cells.*2 rows cannot be read/);
  });

  test("F69 key candidates, best first", async () => {
    const file = bytesOf(
      "day,amount,flag,email,customer_id,id,twice\n2021-01-01,1,true,a@b,c1,7,x\n2021-01-02,2,false,c@d,c2,8,x\n",
    );
    expect((await inspect(file)).key_candidates).toEqual(["id", "customer_id", "email", "amount", "day"]);
    expect(rankKeys([])).toEqual([]);
  });

  test("F70 uniqueness above the bound is noted as checked on a sample", async () => {
    const ids = Array.from({ length: 140_000 }, (_, at) => `u${at}`);
    const inspection = await inspect(bytesOf(`id\n${ids.join("\n")}\n`));
    expect(inspection.key_candidates).toEqual(["id"]);
    expect(inspection.notes[0]).toContain("sample");
    expect((await inspect(bytesOf(`id\n${ids.join("\n")}\n${ids.slice(0, 200).join("\n")}`))).key_candidates).toEqual(
      [],
    );
  });

  test("F71 stopped after any slice and taken up again, it finds the same", async () => {
    const row = fc.tuple(
      fc.constantFrom("1", "2021-01-02", "x", '"a\nb"', "é", ""),
      fc.constantFrom("true", "7", '"'),
      fc.nat(50),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 40, size: "max" }), async (rows) => {
        const file = bytesOf(`a,b,id\n${rows.map((cells) => cells.join(",")).join("\n")}`);
        const whole = await inspect(file);
        let inspector = new Inspector(rangesOf(file), file.length);
        while (!unwrap(await inspector.step(20)).done) {
          const resume = JSON.parse(JSON.stringify(inspector.state()));
          inspector = new Inspector(rangesOf(file), file.length, { resume });
        }
        expect(inspector.result().inspection).toEqual(whole);
        expect(inspector.progress).toBe(1);
      }),
      { numRuns: 100 },
    );
  });

  test("F71 a state is small however many values and columns there are", async () => {
    const header = Array.from({ length: 300 }, (_, at) => `c${at}`).join(",");
    const rows = Array.from({ length: 400 }, (_, row) =>
      Array.from({ length: 300 }, (_, at) => row * 300 + at).join(","),
    );
    const file = bytesOf(`${header}\n${rows.join("\n")}\n`);
    const inspector = new Inspector(rangesOf(file), file.length);
    unwrap(await inspector.step());
    expect(JSON.stringify(inspector.state()).length).toBeLessThan(1_000_000);
  });

  test("F72 the beginning of a file only", async () => {
    const file = bytesOf(`a\n${"1\n".repeat(100_000)}x\n`);
    const inspection = await inspect(file, { maxBytes: 10_000 });
    expect(inspection).toMatchObject({ partial: true, bytes: file.length });
    expect(inspection.fields[0]?.type).toBe("number");
    expect(inspection.rows).toBeLessThan(100_000);
    expect((await inspect(file)).partial).toBe(false);
  });

  test("F35 no bytes make it throw: a table or a problem", async () => {
    const seen = new Set<string>();
    const byte = fc.oneof(fc.constantFrom(10, 13, 34, 44, 59, 9, 65, 48, 195, 169), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(byte, { maxLength: 200, size: "max" }), async (bytes) => {
        const file = Uint8Array.from(bytes);
        const outcome = await inspectFile(rangesOf(file), file.length);
        seen.add(outcome.ok ? outcome.value.inspection.encoding : outcome.problem.code);
        if (outcome.ok)
          expect((await importAll(file)).records.length).toBeLessThanOrEqual(outcome.value.inspection.rows);
      }),
      { numRuns: 1_000 },
    );
    expect([...seen]).toEqual(
      expect.arrayContaining(["utf-8", "windows-1252", "not_csv", "empty_file", "broken_header"]),
    );
  });
});

describe("real files", () => {
  test("F61 F67 F69 telco customers: key, numbers, blank charges", async () => {
    const { rows, fields, key_candidates, notes } = await inspect(sharedFile("telco-customers.csv"));
    expect([rows, fields.length, key_candidates, notes]).toEqual([7_043, 21, ["customerID"], []]);
    const types = Object.fromEntries(fields.map(({ name, type }) => [name, type]));
    expect(types).toMatchObject({ SeniorCitizen: "number", tenure: "number", TotalCharges: "number", Churn: "text" });
    expect(fields.find(({ name }) => name === "TotalCharges")?.empty).toBe(11);
  });

  test("F61 F62 cdnow: ids keep their leading zeros, dates are dates", async () => {
    const file = sharedFile("cdnow-customers.csv");
    const { rows, fields, key_candidates } = await inspect(file);
    expect([rows, key_candidates]).toEqual([23_544, ["customer_id"]]);
    expect(fields.map(({ type, format }) => [type, format])).toEqual([
      ["text", null],
      ["date", "y-m-d"],
    ]);
    expect((await importAll(file)).records[0]?.cells[0]).toBe("00001");
  });
});

test("F98 the look at a file of many long cells stays below 2 MB", async () => {
  const names = Array.from({ length: 400 }, (_, n) => `c${n}`);
  const row = names.map(() => "漢".repeat(600)).join(",");
  const inspection = await inspect(bytesOf(`${names.join(",")}\n${`${row}\n`.repeat(25)}`));
  expect(inspection.sample.length).toBe(20);
  expect(bytesOf(JSON.stringify(inspection)).length).toBeLessThan(2_000_000);
});
