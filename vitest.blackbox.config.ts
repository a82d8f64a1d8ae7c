/** The black-box suite over HTTP: `CUTTY_HOST=node|workerd`, or `CUTTY_URL` and the admin's credentials. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: `blackbox-${process.env.CUTTY_HOST ?? "node"}`,
    include: ["test/blackbox/**/*.test.ts"],
    globalSetup: ["test/blackbox/server.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
