/** Fails when package-lock.json would not install on another machine. `--write` adds what is missing. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./lib/files.ts";
import { addressed, completed, type LockPackages, missingOptional } from "./lib/lock.ts";

const path = join(root, "package-lock.json");
const lock: { packages: LockPackages } = JSON.parse(readFileSync(path, "utf8"));

if (process.argv.includes("--write")) {
  lock.packages = completed(lock.packages);
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
}
const wrong = [
  ...addressed(lock.packages).map(
    (at) => `${at} names a registry (npm's omit-lockfile-registry-resolved=true avoids it)`,
  ),
  ...missingOptional(lock.packages).map(({ name }) => `${name} has no entry (scripts/check-lock.ts --write adds it)`),
];
for (const line of wrong) console.error(`package-lock.json: ${line}`);
console.log(`lock: ${Object.keys(lock.packages).length} packages, ${wrong.length} that would not install elsewhere`);
process.exit(wrong.length === 0 ? 0 : 1);
