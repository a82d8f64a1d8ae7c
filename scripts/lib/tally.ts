/** Adds up what vitest's JSON reporter wrote. Pure. */

export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** The part of vitest's report that is read here. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/**
 * A file that could not be loaded has no failed test, an unhandled error only shows in the exit code, and
 * a step that ran nothing proves nothing: each of them counts as one failure.
 * @param report null when vitest wrote none
 * @param ended whether vitest ended with 0
 */
export function tallyOf(report: VitestReport | null, ended: boolean): Tally {
  const passed = report?.numPassedTests ?? 0;
  const files = report?.testResults ?? [];
  const broken = files.filter(({ status, assertionResults }) => status === "failed" && assertionResults.length === 0);
  const failed = (report?.numFailedTests ?? 0) + broken.length;
  const nothing = passed + failed === 0;
  return { passed, failed: failed === 0 && (nothing || !ended) ? 1 : failed };
}

export function sum(tallies: readonly Tally[]): Tally {
  const add = (pick: (tally: Tally) => number): number => tallies.reduce((total, tally) => total + pick(tally), 0);
  return { passed: add(({ passed }) => passed), failed: add(({ failed }) => failed) };
}
