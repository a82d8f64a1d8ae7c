import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** The contract suite inside workerd, with Cloudflare's own bindings: what passes on Node must pass here. */
export default defineConfig({
  plugins: [
    cloudflareTest({
      main: "./test/contract/worker.ts",
      miniflare: {
        compatibilityDate: "2026-11-01",
        compatibilityFlags: ["nodejs_compat"],
        durableObjects: {
          PROBE: { className: "ProbeObject", useSQLite: true },
          HUB: { className: "HubObject", useSQLite: true },
        },
        d1Databases: ["DB"],
        r2Buckets: ["FILES"],
        bindings: { SECRET: "contract" },
      },
    }),
  ],
  test: {
    name: "contract-workerd",
    include: ["test/contract/**/*.contract.ts"],
    testTimeout: 20_000,
  },
});
