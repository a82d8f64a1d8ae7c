import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { D1Database } from "../../src/platform/types.ts";
import { type ContractHost, refusal, startContractHost } from "./host.ts";

describe("D1", () => {
  let host: ContractHost;
  let db: D1Database;
  beforeAll(async () => {
    host = await startContractHost();
    db = host.env.DB;
    await db.exec("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT UNIQUE, active INTEGER, picture BLOB)");
  });
  afterAll(() => host.stop());

  test("H28 a bound statement answers with all, first, raw and run", async () => {
    const insert = await db.prepare("INSERT INTO people (name, active) VALUES (?, ?)").bind("ada", true).run();
    expect(insert).toMatchObject({ success: true, meta: { changes: 1 } });
    const select = db.prepare("SELECT name, active FROM people WHERE name = ?").bind("ada");
    expect((await select.all()).results).toEqual([{ name: "ada", active: 1 }]);
    expect(await select.first()).toEqual({ name: "ada", active: 1 });
    expect(await select.first("name")).toBe("ada");
    expect(await select.raw()).toEqual([["ada", 1]]);
    expect(await select.raw({ columnNames: true })).toEqual([
      ["name", "active"],
      ["ada", 1],
    ]);
    expect(await db.prepare("SELECT 1 AS one WHERE 0").first()).toBeNull();
  });

  test("H29 a batch is one transaction", async () => {
    const insert = (name: string) => db.prepare("INSERT INTO people (name) VALUES (?) RETURNING name").bind(name);
    const answers = await db.batch([
      insert("b1"),
      insert("b2"),
      db.prepare("SELECT count(*) AS n FROM people WHERE name LIKE 'b%'"),
    ]);
    expect(answers.map(({ results }) => results)).toEqual([[{ name: "b1" }], [{ name: "b2" }], [{ n: 2 }]]);
    expect(await refusal(db.batch([insert("b3"), insert("b1")]))).toMatch(/UNIQUE constraint failed: people.name/);
    expect(await db.prepare("SELECT count(*) AS n FROM people WHERE name = 'b3'").first("n")).toBe(0);
  });

  test("H30 errors read as D1's, and what it does not take is refused", async () => {
    expect(await refusal(db.prepare("SELECT * FROM absent").all())).toMatch(/D1_ERROR: no such table: absent/);
    expect(() => db.prepare("SELECT ?").bind(undefined)).toThrow(/D1_TYPE_ERROR/);
    expect(await refusal(db.prepare("BEGIN").run())).not.toBeNull();
    expect(await refusal(db.prepare("SELECT ?, ?").bind(1).all())).not.toBeNull();
  });

  test("H31 blobs go in as bytes and come back as numbers", async () => {
    await db
      .prepare("INSERT INTO people (name, picture) VALUES ('pic', ?)")
      .bind(new Uint8Array([1, 2, 255]).buffer)
      .run();
    expect(await db.prepare("SELECT picture FROM people WHERE name = 'pic'").first("picture")).toEqual([1, 2, 255]);
  });

  test("H28 a column that was added later is read like the others", async () => {
    await db.exec("CREATE TABLE grows (a)");
    await db.exec("INSERT INTO grows VALUES (1)");
    expect((await db.prepare("SELECT * FROM grows").all()).results).toEqual([{ a: 1 }]);
    await db.exec("ALTER TABLE grows ADD COLUMN b DEFAULT 2");
    expect((await db.prepare("SELECT * FROM grows").all()).results).toEqual([{ a: 1, b: 2 }]);
  });

  test("H32 drizzle's D1 driver works on it", async () => {
    const people = sqliteTable("people", {
      id: integer("id").primaryKey(),
      name: text("name"),
      active: integer("active", { mode: "boolean" }),
    });
    const orm = drizzle(db as unknown as Parameters<typeof drizzle>[0]); // its parameter is Cloudflare's whole class
    await orm.insert(people).values({ name: "orm", active: true });
    await orm.batch([
      orm.update(people).set({ active: false }).where(eq(people.name, "orm")),
      orm.select().from(people).limit(1),
    ]);
    const rows = await orm
      .select({ name: people.name, active: people.active })
      .from(people)
      .where(eq(people.name, "orm"));
    expect(rows).toEqual([{ name: "orm", active: false }]);
  });
});
