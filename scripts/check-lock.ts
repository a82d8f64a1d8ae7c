/**
 * Fails when package-lock.json names the address of a registry: such a lock file installs only where that
 * address answers. Integrity hashes pin the packages; the address is the machine's own business.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./lib/files.ts";

const lock: { packages: Record<string, { resolved?: string }> } = JSON.parse(
  readFileSync(join(root, "package-lock.json"), "utf8"),
);
const named = Object.entries(lock.packages).filter(([, { resolved }]) => /^(git\+)?(https?|ssh):/.test(resolved ?? ""));

for (const [path, { resolved }] of named) console.error(`package-lock.json: ${path} is resolved to ${resolved}`);
console.log(`lock: ${Object.keys(lock.packages).length} packages, ${named.length} with an address`);
process.exit(named.length === 0 ? 0 : 1);
