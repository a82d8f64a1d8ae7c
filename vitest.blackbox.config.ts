/** The black-box suite over HTTP: `CUTTY_HOST=node|workerd`, or `CUTTY_URL` and the admin's credentials. */
import { defineConfig } from "vitest/config";

const ownProcess = (process.env.CUTTY_HOST ?? "node") === "node" && !process.env.CUTTY_URL;

export default defineConfig({
  test: {
    name: process.env.CUTTY_HOST ?? "node",
    // The robustness tests start, kill and watch the real process: Node only.
    include: ["test/blackbox/**/*.test.ts", ...(ownProcess ? ["test/robustness/**/*.test.ts"] : [])],
    globalSetup: ["test/blackbox/server.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
