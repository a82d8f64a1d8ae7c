/** What `npm test` runs, in order, as data. */

/** Something that passes or fails as a whole and counts as one test. */
export interface Check {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

interface StepCommon {
  /** How it is chosen: `npm test -- unit browser`. */
  readonly name: string;
  /** Needs web/dist. */
  readonly page?: true;
  /** Needs a Chromium. */
  readonly browser?: true;
  readonly minutes: number;
}

export type Step =
  | (StepCommon & { readonly kind: "checks"; readonly checks: readonly Check[] })
  | (StepCommon & {
      readonly kind: "vitest";
      readonly config: string;
      /** Which of the config's tests; all of them when absent. */
      readonly only?: readonly string[];
      /** Shows the output only when a test fails: workerd reports even what a test expects to throw. */
      readonly quiet?: true;
      readonly env?: Readonly<Record<string, string>>;
    });

const script = (name: string): Check => ({ name, program: "node", args: [`scripts/check-${name}.ts`] });

export const STEPS: readonly Step[] = [
  {
    name: "checks",
    kind: "checks",
    minutes: 3,
    checks: [
      { name: "biome", program: "biome", args: ["check", "--reporter=summary", "."] },
      { name: "types", program: "tsc", args: ["--noEmit", "-p", "."] },
      { name: "types of the page", program: "tsc", args: ["--noEmit", "-p", "web"] },
      { name: "types of the SDK", program: "tsc", args: ["--noEmit", "-p", "sdk/javascript"] },
      script("imports"),
      script("spec"),
      script("lock"),
      { name: "knip", program: "knip", args: ["--no-progress"] },
    ],
  },
  { name: "unit", kind: "vitest", config: "vitest.config.ts", only: ["--project=unit"], page: true, minutes: 15 },
  { name: "bench", kind: "vitest", config: "vitest.config.ts", only: ["--project=bench"], minutes: 6 },
  { name: "contract-node", kind: "vitest", config: "vitest.config.ts", only: ["--project=contract-node"], minutes: 4 },
  {
    name: "contract-evict",
    kind: "vitest",
    config: "vitest.config.ts",
    only: ["--project=contract-evict"],
    minutes: 4,
  },
  { name: "contract-workerd", kind: "vitest", config: "vitest.workerd.config.ts", quiet: true, minutes: 4 },
  {
    name: "deploy",
    kind: "checks",
    page: true,
    minutes: 3,
    checks: [
      {
        name: "wrangler deploy --dry-run",
        program: "wrangler",
        args: ["deploy", "--dry-run", "--outdir", ".wrangler/dry-run"],
        env: { WRANGLER_SEND_METRICS: "false" },
      },
    ],
  },
  {
    name: "blackbox-node",
    kind: "vitest",
    config: "vitest.blackbox.config.ts",
    page: true,
    minutes: 15,
    env: { CUTTY_HOST: "node" },
  },
  {
    name: "blackbox-workerd",
    kind: "vitest",
    config: "vitest.blackbox.config.ts",
    page: true,
    minutes: 20,
    env: { CUTTY_HOST: "workerd" },
  },
  {
    name: "blackbox-evict",
    kind: "vitest",
    config: "vitest.blackbox.config.ts",
    page: true,
    minutes: 15,
    env: { CUTTY_HOST: "node", CUTTY_EVICT: "always" },
  },
  { name: "robustness", kind: "vitest", config: "vitest.robustness.config.ts", page: true, minutes: 12 },
  { name: "browser", kind: "vitest", config: "vitest.browser.config.ts", page: true, browser: true, minutes: 12 },
];
