/**
 * `npm test`: sets up what the tests need, runs every step even after a failure, adds up, and ends with
 * the line `N passed, N failed`. `npm test -- unit browser` runs the steps named.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { ensureChromium } from "./lib/chromium.ts";
import { root } from "./lib/files.ts";
import { run } from "./lib/run.ts";
import { type Check, STEPS, type Step } from "./lib/steps.ts";
import { sum, type Tally, tallyOf } from "./lib/tally.ts";

interface Result extends Tally {
  readonly name: string;
  readonly seconds: number;
}

const PASSED: Tally = { passed: 1, failed: 0 };
const FAILED: Tally = { passed: 0, failed: 1 };
const reports = mkdtempSync(join(tmpdir(), "cutty-test-"));

async function runCheck(check: Check, minutes: number): Promise<Tally> {
  const good = await run({ ...check, minutes, quiet: true });
  console.log(`  ${good ? "ok    " : "FAILED"} ${check.name}`);
  return good ? PASSED : FAILED;
}

async function runChecks(checks: readonly Check[], minutes: number): Promise<Tally> {
  const tallies: Tally[] = [];
  for (const check of checks) tallies.push(await runCheck(check, minutes));
  return sum(tallies);
}

async function runVitest(step: Step & { kind: "vitest" }): Promise<Tally> {
  if (!existsSync(join(root, step.config))) {
    console.error(`${step.config} is missing: the step "${step.name}" ran no test.`);
    return FAILED;
  }
  const file = join(reports, `${step.name}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const args = ["run", "--config", step.config, ...reporters, ...(step.only ?? [])];
  const { minutes, quiet = false, env = {} } = step;
  const ended = await run({ program: "vitest", args, minutes, quiet, env });
  return tallyOf(existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null, ended);
}

/** What a step needs before it runs; a need that cannot be met is said by whoever tried. */
async function prepare(step: Step): Promise<boolean> {
  if (step.page && !(await run({ program: "node", args: ["scripts/build-web.ts"], minutes: 3 }))) return false;
  if (!step.browser) return true;
  const chromium = ensureChromium();
  if (chromium !== null) process.env.CUTTY_CHROMIUM = chromium;
  return chromium !== null;
}

async function runStep(step: Step): Promise<Result> {
  console.log(`\n── ${step.name} ${"─".repeat(Math.max(0, 70 - step.name.length))}`);
  const begun = performance.now();
  const ready = await prepare(step);
  const tally = !ready
    ? FAILED
    : step.kind === "checks"
      ? await runChecks(step.checks, step.minutes)
      : await runVitest(step);
  return { name: step.name, seconds: (performance.now() - begun) / 1000, ...tally };
}

function chosen(names: readonly string[]): readonly Step[] {
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) {
    console.error(`No step ${unknown.join(", ")}. There are: ${STEPS.map(({ name }) => name).join(", ")}.`);
    process.exit(2);
  }
  return names.length === 0 ? STEPS : STEPS.filter(({ name }) => names.includes(name));
}

process.env.PATH = `${join(root, "node_modules", ".bin")}${delimiter}${process.env.PATH ?? ""}`;
const results: Result[] = [];
for (const step of chosen(process.argv.slice(2))) results.push(await runStep(step));
rmSync(reports, { recursive: true, force: true });

console.log("");
for (const { name, passed, failed, seconds } of results) {
  console.log(
    `${name.padEnd(20)}${`${passed} passed`.padStart(14)}${`${failed} failed`.padStart(12)}${`${seconds.toFixed(0)} s`.padStart(8)}`,
  );
}
const total = sum(results);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
