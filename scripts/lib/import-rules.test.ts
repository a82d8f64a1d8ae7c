import { describe, expect, test } from "vitest";
import { importsOf, refusal } from "./import-rules.ts";

const code = (specifier: string) => ({ specifier, typeOnly: false });
const types = (specifier: string) => ({ specifier, typeOnly: true });

describe("importsOf", () => {
  test("every form of import is found", () => {
    const source = [
      'import a from "./a.ts";',
      'import type { B } from "./b.ts";',
      "import {",
      "  c,",
      '} from "./c.ts";',
      'export * from "./d.ts";',
      'export { e } from "./e.ts";',
      'import "./f.ts";',
      'const g = await import("./g.ts");',
      'new Worker(new URL("./h.ts", import.meta.url));',
      'import * as i from "./i.ts";',
      'import j, { type J } from "./j.ts";',
    ].join("\n");
    const found = importsOf(source).map(({ specifier }) => specifier);
    expect(new Set(found)).toEqual(new Set([..."abcdefghij"].map((name) => `./${name}.ts`)));
    expect(importsOf(source).filter(({ typeOnly }) => typeOnly)).toEqual([types("./b.ts")]);
  });

  test("comments and values are no imports", () => {
    const source =
      ' * import * as z from "zod"\nexport const from = "./x.ts";\nexport const table = { from: "./y.ts" };';
    expect(importsOf(source)).toEqual([]);
  });
});

describe("refusal", () => {
  test("a folder may import itself and what stands below it", () => {
    expect(refusal("src/shard/rows/a.ts", code("../log/b.ts"), false)).toBeNull();
    expect(refusal("src/shard/rows/a.ts", code("../../engine/index.ts"), false)).toBeNull();
    expect(refusal("src/deliver/feed/a.ts", types("../../shard/interface.ts"), false)).toBeNull();
  });

  test("every other direction is refused", () => {
    expect(refusal("src/engine/a.ts", code("../shard/b.ts"), false)).toContain("may not import");
    expect(refusal("src/deliver/feed/a.ts", code("../../shard/object.ts"), false)).toContain("may not import");
    expect(refusal("src/control/a.ts", code("../shard/interface.ts"), false)).toContain("may not import");
    expect(refusal("web/src/a.ts", types("../../src/engine/index.ts"), false)).toContain("may not import");
    expect(refusal("src/new/a.ts", code("./b.ts"), false)).toContain("in no folder");
  });

  test("types may go where the code may not", () => {
    expect(refusal("src/control/a.ts", types("../shard/interface.ts"), false)).toBeNull();
  });

  test("a pure folder imports no package", () => {
    expect(refusal("src/engine/a.ts", code("zod"), false)).toContain("pure");
    expect(refusal("src/api/a.ts", code("zod"), false)).toBeNull();
  });

  test("host modules stay in their host", () => {
    expect(refusal("src/shard/a.ts", code("node:fs"), false)).toContain("src/hosts/node only");
    expect(refusal("src/api/a.ts", code("cloudflare:workers"), false)).toContain("src/hosts/cloudflare only");
    expect(refusal("src/control/auth/scrypt.ts", code("node:crypto"), false)).toBeNull();
    expect(refusal("src/hosts/node/sql.ts", code("node:sqlite"), false)).toBeNull();
  });

  test("the SDK needs no host, no package and nothing of ours; its tests run on Node", () => {
    const file = "sdk/javascript/src/a.ts";
    expect(refusal(file, code("node:crypto"), false)).toContain("the SDK runs on all");
    expect(refusal(file, code("zod"), false)).toContain("pure");
    expect(refusal(file, types("../../../src/platform/problem.ts"), false)).toContain("may not import");
    expect(refusal("sdk/javascript/src/a.test.ts", code("node:crypto"), true)).toBeNull();
    expect(refusal("test/blackbox/a.test.ts", code("../../sdk/javascript/src/index.ts"), true)).toBeNull();
  });

  test("a test may run the code on the Node host's bindings", () => {
    expect(refusal("src/shard/a.test.ts", code("../hosts/node/sql.ts"), true)).toBeNull();
    expect(refusal("src/shard/a.test.ts", code("node:fs"), true)).toBeNull();
    expect(refusal("src/shard/a.test.ts", code("../api/app/records.ts"), true)).toContain("may not import");
  });
});
