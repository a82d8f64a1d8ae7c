/** Fails on an import that docs/architecture.md does not allow. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow, isSource, isTest, root } from "./lib/files.ts";
import { importsOf, isTestHelper, refusal } from "./lib/import-rules.ts";

const isTestSide = (path: string): boolean => isTest(path) || isTestHelper(path);

const folders = ["src", "web", "sdk", "scripts", "bench", "test"];
const files = folders.flatMap((folder) => filesBelow(root, folder, isSource));
const refused = files.flatMap((file) =>
  importsOf(readFileSync(join(root, file), "utf8")).flatMap((imported) => {
    const why = refusal(file, imported, isTestSide(file));
    return why === null ? [] : [`${file}: ${why}`];
  }),
);

for (const line of refused) console.error(line);
console.log(`imports: ${files.length} files, ${refused.length} imports that the architecture does not allow`);
process.exit(refused.length === 0 && files.length > 0 ? 0 : 1);
