/**
 * `npm run bench`: the lines of the table, one after the other, on the same generated data. See README.md.
 *
 *     npm run bench -- --rows 1000000 --only a,d --peers duckdb
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createContext } from "./lib/context.ts";
import type { LineResult } from "./lib/line.ts";
import { thisMachine } from "./lib/machine.ts";
import { type Options, optionsFrom } from "./lib/options.ts";
import { INSTALL_HINT } from "./lib/postgres.ts";
import { type Ran, report } from "./lib/report.ts";
import { LINES, type RunnableLine } from "./lines/index.ts";

interface Run {
  readonly ran: readonly Ran[];
  readonly text: string;
}

/** Runs what was chosen. A line that fails is shown as such, and the others go on. */
async function runBench(options: Options, say: (text: string) => void): Promise<Run> {
  const unknown = options.only.filter((id) => !LINES.some((line) => line.id === id));
  if (unknown.length > 0) throw new Error(`--only: there is no line ${unknown.join(", ")}.`);
  const chosen = LINES.filter((line) => options.only.length === 0 || options.only.includes(line.id));
  const machine = await thisMachine();
  const context = createContext(options);
  if ("postgres" in context.noPostgres) say(`PostgreSQL is not installed (${INSTALL_HINT}): its column stays empty.`);
  const ran: Ran[] = [];
  // Neither the program under test nor a PostgreSQL may outlive a run that is stopped.
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void context.close().finally(() => process.exit(1)));
  try {
    for (const line of chosen) {
      say(`${line.id}. ${line.title}`);
      const began = performance.now();
      const result = await resultOf(line, context);
      ran.push({ line, seconds: (performance.now() - began) / 1_000, result });
      if (options.out) writeFileSync(options.out, report(machine, options.rows, inOrder(ran)));
    }
  } finally {
    await context.close();
  }
  return { ran, text: report(machine, options.rows, inOrder(ran)) };
}

async function resultOf(
  line: RunnableLine,
  context: ReturnType<typeof createContext>,
): Promise<LineResult | { failed: string }> {
  try {
    return await line.run(context);
  } catch (error) {
    console.error(error, context.ours.output.slice(-4_000));
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

/** The lines share what they made, so they do not run in the order of their letters. */
const inOrder = (ran: readonly Ran[]): Ran[] => [...ran].sort((a, b) => (a.line.id < b.line.id ? -1 : 1));

if (import.meta.main) {
  const options = optionsFrom(process.argv.slice(2), fileURLToPath(new URL("RESULTS.md", import.meta.url)));
  const { ran, text } = await runBench(options, (line) => console.error(line));
  console.log(text);
  process.exitCode = ran.some(({ result }) => "failed" in result) ? 1 : 0;
}
