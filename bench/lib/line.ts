/** What a line of the table is, and how its figures are written. */

/** One measure: ours beside the peers'. Figures are written with their unit; what was not measured is "–". */
export interface Row {
  readonly measure: string;
  readonly ours: string;
  readonly peers: Readonly<Partial<Record<Peer, string>>>;
  /** How many times as fast (or as small) as the best peer of the aim; null where there is none to compare with. */
  readonly ratio: number | null;
  readonly aim: string;
  /** null: nothing is aimed at here, or it was not measured. */
  readonly reached: boolean | null;
}

export type Peer = "duckdb" | "postgres" | "json_rows";

export interface LineResult {
  readonly rows: readonly Row[];
  /** What has to be known to read the figures. */
  readonly notes: readonly string[];
  /** Plain numbers for line k, which compares them between sizes. */
  readonly figures?: Readonly<Record<string, number>>;
}

export interface Line {
  readonly id: string;
  readonly title: string;
}

/** What the program refuses by name because it is not there yet. It is said so; no figure takes its place. */
export const NOT_BUILT = "not built";

export const information = (measure: string, ours: string, peers: Row["peers"] = {}): Row => ({
  ...{ measure, ours, peers, ratio: null, aim: "", reached: null },
});

export const notBuilt = (measure: string, aim = ""): Row => ({
  ...{ measure, ours: NOT_BUILT, peers: {}, ratio: null, aim, reached: null },
});

export function ms(value: number): string {
  if (value >= 10_000) return `${(value / 1_000).toFixed(1)} s`;
  return `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)} ms`;
}

export const whole = (value: number): string => Math.round(value).toLocaleString("en");
export const perSecond = (value: number): string => `${whole(value)}/s`;
export const mb = (value: number): string => `${whole(value)} MB`;

/** What was asked for is not what came: a benchmark of wrong answers is none. */
export function mustEqual(what: string, actual: number, expected: number): void {
  if (actual !== expected) throw new Error(`${what}: ${actual}, not ${expected}`);
}
