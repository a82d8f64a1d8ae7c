/**
 * Builds web/dist if it is missing or was made from other sources. It runs before every start, so it
 * compares a hash (a checkout sets modification times anew) and says nothing when there is nothing to do.
 * The build goes to a folder of its own and takes dist's place when it is whole.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { filesBelow, root } from "./lib/files.ts";

const web = join(root, "web");
const dist = join(web, "dist");
const stamp = join(dist, ".sources");
const SHOWN_LINES = 40;

/** Everything below web/ but its tests, and the lock file: what the build depends on. */
function sourceHash(): string {
  const hash = createHash("sha256");
  const files = filesBelow(root, "web", (path) => !/(\.test\.tsx?|\/\.[^/]*)$/.test(path));
  for (const file of [...files, "package-lock.json"]) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

function fail(why: string): never {
  console.error(`The web page could not be built: ${why}`);
  process.exit(1);
}

/** Runs Vite; its output is shown only when it fails. */
function build(hash: string): void {
  const fresh = join(root, "node_modules", `.web-${process.pid}`);
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  if (!existsSync(vite)) fail('Vite is not installed; run "npm ci" first.');
  const args = [vite, "build", "--logLevel", "warn", "--outDir", fresh, "--emptyOutDir"];
  const run = spawnSync(process.execPath, args, {
    cwd: web,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  if (run.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    const output = stripVTControlCharacters(`${run.stdout}${run.stderr}`).split("\n").slice(0, SHOWN_LINES);
    fail(`vite build ended with ${run.status ?? run.signal ?? run.error?.message}\n${output.join("\n")}`);
  }
  writeFileSync(join(fresh, ".sources"), hash);
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
}

const hash = sourceHash();
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== hash) {
  const begun = performance.now();
  build(hash);
  console.log(`web: built in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}
