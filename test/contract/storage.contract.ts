import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ContractHost, fresh, refusal, startContractHost } from "./host.ts";

describe("storage", () => {
  let host: ContractHost;
  const probe = (prefix: string) => host.env.PROBE.getByName(fresh(prefix));
  beforeAll(async () => {
    host = await startContractHost();
  });
  afterAll(() => host.stop());

  test("H12 transactionSync undoes just what its callback wrote, nests, and gives its value", async () => {
    expect(await probe("nested").nested()).toEqual(["outer before", "outer after"]);
    expect(await probe("value").transactionValue()).toBe(42);
  });

  test("H13 values come back as numbers, strings, null and ArrayBuffer", async () => {
    const query = "SELECT 7 AS whole, 1.5 AS real, 'x' AS text, NULL AS none, x'0102' AS bytes";
    const { rows } = await probe("values").run(query);
    const bytes = new Uint8Array([1, 2]).buffer;
    expect(rows).toEqual([{ whole: 7, real: 1.5, text: "x", none: null, bytes }]);
  });

  test("H13 integers beyond 2^53 lose precision instead of failing", async () => {
    expect((await probe("large").run("SELECT 9007199254740993 AS large")).rows).toEqual([{ large: 9007199254740992 }]);
  });

  test("H13 a column that was added later is read like the others", async () => {
    const stub = probe("altered");
    await stub.run("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    expect((await stub.run("SELECT * FROM t")).rows).toEqual([{ a: 1 }]);
    await stub.run("ALTER TABLE t ADD COLUMN bytes BLOB");
    await stub.run("UPDATE t SET bytes = x'07'");
    expect((await stub.run("SELECT * FROM t")).rows).toEqual([{ a: 1, bytes: new Uint8Array([7]).buffer }]);
  });

  test("H14 bound values arrive as they are", async () => {
    const query = "SELECT typeof(?) AS number, typeof(?) AS text, typeof(?) AS none, typeof(?) AS bytes";
    const stub = probe("bind");
    const { rows } = await stub.run(query, 1, "x", null, new Uint8Array([1]).buffer);
    expect(await refusal(stub.run("SELECT ?, ?", 1))).toMatch(/number of parameter/);
    expect(rows).toEqual([{ number: "real", text: "text", none: "null", bytes: "blob" }]);
  });

  test("H15 a string of several statements runs them all, and binds to the last", async () => {
    const query = `CREATE TABLE a (x TEXT); -- a comment; with a semicolon
      CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET x = CASE WHEN x = ';' THEN 'semicolon' ELSE x END; END;
      INSERT INTO a VALUES (?)`;
    const stub = probe("several");
    await stub.run(query, ";");
    expect((await stub.run("SELECT x FROM a")).rows).toEqual([{ x: "semicolon" }]);
  });

  test("H16 cursors of one text read side by side", async () => {
    expect(await probe("cursors").interleavedCursors()).toEqual([11, 12, 13, 21, 22, 23, 31, 32, 33]);
  });

  test("H17 the platform's SQL limits hold", async () => {
    const stub = probe("limits");
    const ors = (count: number) => `SELECT ${Array.from({ length: count }, () => "1").join(" OR ")}`;
    const columns = (count: number) =>
      `SELECT ${Array.from({ length: count }, (_, index) => `1 AS c${index}`).join(", ")}`;
    const compound = (count: number) => Array.from({ length: count }, () => "SELECT 1").join(" UNION ALL ");
    const parameters = (count: number) => `SELECT ${Array.from({ length: count }, () => "?").join(" + ")}`;
    const bound = (count: number) => Array.from({ length: count }, () => 1);
    expect(await refusal(stub.run(ors(150)))).toMatch(/depth/);
    expect(await refusal(stub.run(columns(101)))).toMatch(/too many columns/);
    expect(await refusal(stub.run(compound(6)))).toMatch(/compound SELECT/);
    expect(await refusal(stub.run(parameters(101), ...bound(101)))).not.toBeNull();
    expect(await refusal(stub.run(`SELECT 'x' LIKE '${"x".repeat(51)}'`))).toMatch(/LIKE/);
    expect(await refusal(stub.run(`SELECT '${"x".repeat(100_001)}'`))).not.toBeNull();
    expect(await refusal(stub.run(ors(90)))).toBeNull();
    expect(await refusal(stub.run(columns(100)))).toBeNull();
    expect(await refusal(stub.run(compound(5)))).toBeNull();
  });

  test.each([
    "BEGIN",
    "COMMIT",
    "SAVEPOINT a",
    "ATTACH 'other.sqlite' AS other",
    "VACUUM",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA synchronous = OFF",
    "PRAGMA user_version = 1",
    "CREATE TEMP TABLE t (a)",
    "SELECT sqlite_version()",
    "CREATE TABLE _cf_mine (a)",
  ])("H18 %s is refused", async (statement) => {
    const stub = probe("refused");
    expect(await refusal(stub.run(statement))).not.toBeNull();
    await stub.add("still works");
    expect(await stub.all()).toEqual(["still works"]);
  });

  test("H19 foreign keys are checked", async () => {
    const stub = probe("foreign");
    await stub.run(
      "CREATE TABLE parents (id INTEGER PRIMARY KEY); CREATE TABLE children (parent INTEGER REFERENCES parents)",
    );
    expect(await refusal(stub.run("INSERT INTO children VALUES (1)"))).toMatch(/FOREIGN KEY/);
  });

  test("H20 deleteAll leaves neither tables nor alarm", async () => {
    const stub = probe("delete");
    await stub.run(
      "CREATE TABLE parents (id INTEGER PRIMARY KEY); CREATE TABLE children (parent INTEGER REFERENCES parents); CREATE VIEW v AS SELECT 1",
    );
    await stub.run("CREATE VIRTUAL TABLE words USING fts5(word)");
    await stub.run("INSERT INTO parents VALUES (1)");
    await stub.run("INSERT INTO children VALUES (1)");
    expect(await stub.deleteAll()).toEqual({ tables: [], alarm: null });
  });

  test("H21 databaseSize grows with what is stored", async () => {
    const stub = probe("size");
    const before = await stub.databaseSize();
    await stub.run("CREATE TABLE large (bytes BLOB)");
    await stub.run("INSERT INTO large VALUES (zeroblob(500000))");
    expect((await stub.databaseSize()) - before).toBeGreaterThan(400_000);
  });
});
