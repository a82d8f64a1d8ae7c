import { defineConfig } from "vitest/config";

/** `unit` stands beside the code; `bench` runs the benchmarks small, for their answers; `contract-node` shows that the Node host behaves as the platform does, and
 * `contract-evict` that it does so when nothing stays in memory. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "web/src/**/*.test.ts", "sdk/*/src/**/*.test.ts", "scripts/**/*.test.ts"],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "bench",
          include: ["bench/**/*.test.ts"],
          testTimeout: 60_000,
          pool: "forks",
        },
      },
      {
        test: {
          name: "contract-node",
          include: ["test/contract/**/*.contract.ts", "test/contract/**/*.test.ts"],
          testTimeout: 20_000,
          hookTimeout: 30_000,
          // A process for each file: its worker threads are Node's own.
          pool: "forks",
        },
      },
      {
        test: {
          name: "contract-evict",
          include: ["test/contract/**/*.contract.ts"],
          env: { CUTTY_EVICT: "always" },
          testTimeout: 20_000,
          hookTimeout: 30_000,
          pool: "forks",
        },
      },
    ],
  },
});
