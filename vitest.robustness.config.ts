/** What starts, kills and watches the real process. `CUTTY_KILLS=50` for the long form of the crash test. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "robustness",
    include: ["test/robustness/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
