/** Fails on a rule of docs/spec without a test, and on a test that cites a rule that is not there. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow, isTest, root } from "./lib/files.ts";
import { citationsOf, compareRules, prefixesOf, rulesOf } from "./lib/spec-rules.ts";

const read = (file: string): string => readFileSync(join(root, file), "utf8");
const below = (folder: string, wanted: (path: string) => boolean): string[] =>
  existsSync(join(root, folder)) ? filesBelow(root, folder, wanted) : [];

const rules = below("docs/spec", (path) => path.endsWith(".md")).flatMap((file) => rulesOf(file, read(file)));
const prefixes = prefixesOf(rules);
const tests = ["src", "web", "sdk", "test"].flatMap((folder) => below(folder, isTest));
const wrong = compareRules(
  rules,
  tests.flatMap((file) => citationsOf(file, read(file), prefixes)),
);

for (const line of wrong) console.error(line);
console.log(`spec: ${rules.length} rules, ${tests.length} test files, ${wrong.length} disagreements`);
process.exit(wrong.length === 0 && rules.length > 0 ? 0 : 1);
