/** The results as Markdown: where it ran, then a table for each line. Pure. */
import type { Line, LineResult, Row } from "./line.ts";
import type { Machine } from "./machine.ts";

export interface Ran {
  readonly line: Line;
  readonly seconds: number;
  readonly result: LineResult | { readonly failed: string };
}

export function report(machine: Machine, rows: number, ran: readonly Ran[]): string {
  const { cpu, cores, memory_gb, node, duckdb, postgres, sqlite, commit, date } = machine;
  const head = [
    "# Results",
    "",
    `${rows.toLocaleString("en")} customers and ${(rows * 3).toLocaleString("en")} purchases, generated. ` +
      "Each row of a table was measured in this one run. The ratio says how many times as good ours is as the peer " +
      "of the aim.",
    "",
    `${date} UTC · commit ${commit} · ${cpu}, ${cores} cores, ${memory_gb} GB · Node ${node} with SQLite ${sqlite} · ` +
      `DuckDB ${duckdb} · PostgreSQL ${postgres}`,
  ];
  return `${[...head, ...ran.flatMap(section), ...verdict(ran)].join("\n")}\n`;
}

function section({ line, seconds, result }: Ran): string[] {
  const title = ["", `## ${line.id}. ${line.title}`, ""];
  if ("failed" in result) return [...title, `Failed: ${result.failed}`];
  const notes = result.notes.map((note) => `- ${note}`);
  const took = `Took ${seconds.toFixed(0)} s.`;
  return [...title, ...table(result.rows), "", ...notes, ...(notes.length > 0 ? [""] : []), took];
}

const HEADER = ["measure", "ours", "DuckDB", "PostgreSQL", "JSON rows in SQLite", "ratio", "aim", "reached"];

/** A column of a peer that was not measured in this line is left out. */
function table(rows: readonly Row[]): string[] {
  const cells = rows.map(cellsOf);
  const kept = HEADER.map((_, column) => column).filter(
    (column) => column < 2 || cells.some((row) => row[column] !== ""),
  );
  const pick = (row: readonly string[]) => `| ${kept.map((column) => row[column] ?? "").join(" | ")} |`;
  const rule = `|${kept.map((column) => (column === 0 || column === 6 ? "---" : "--:")).join("|")}|`;
  return [pick(HEADER), rule, ...cells.map(pick)];
}

function cellsOf({ measure, ours, peers, ratio, aim, reached }: Row): string[] {
  const { duckdb = "", postgres = "", json_rows = "" } = peers;
  const verdict = reached === null ? "" : reached ? "yes" : "**no**";
  return [measure, ours, duckdb, postgres, json_rows, ratio === null ? "" : `${ratio.toFixed(2)} ×`, aim, verdict];
}

function verdict(ran: readonly Ran[]): string[] {
  const aims = ran
    .flatMap(({ result }) => ("failed" in result ? [] : result.rows))
    .filter((row) => row.reached !== null);
  const reached = aims.filter((row) => row.reached).length;
  return ["", `Aims reached: ${reached} of ${aims.length}.`];
}
