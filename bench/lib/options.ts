/** The command line of `npm run bench`. */
import { parseArgs } from "node:util";

export interface Options {
  readonly rows: number;
  /** Letters of the lines; all when empty. */
  readonly only: readonly string[];
  /** Which peers run; what is left out is shown as not measured. */
  readonly peers: ReadonlySet<string>;
  /** Goes on with the data folder that the run before imported. */
  readonly reuse: boolean;
  /** Whether line i imports the purchases, too; line h always does. */
  readonly withPurchases: boolean;
  /** Where the table is written; nowhere when null. */
  readonly out: string | null;
}

const PEERS = ["duckdb", "postgres", "json"];

/** Throws with a sentence on what it does not know. */
export function optionsFrom(args: readonly string[], standardOut: string): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: "string", default: "10000000" },
      only: { type: "string", default: "" },
      peers: { type: "string", default: PEERS.join(",") },
      reuse: { type: "boolean", default: false },
      "without-purchases": { type: "boolean", default: false },
      out: { type: "string", default: standardOut },
    },
  });
  const rows = Number(values.rows);
  if (!Number.isInteger(rows) || rows < 1_000 || rows > 20_000_000) {
    throw new Error(`--rows is ${values.rows}; it is a whole number from 1000 to 20000000.`);
  }
  const peers = new Set(split(values.peers));
  for (const peer of peers)
    if (!PEERS.includes(peer)) throw new Error(`--peers: there is no ${peer}, but ${PEERS.join(", ")}.`);
  return {
    ...{ rows, only: split(values.only), peers, reuse: values.reuse, withPurchases: !values["without-purchases"] },
    out: values.out === "none" ? null : values.out,
  };
}

const split = (list: string): string[] =>
  list
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
