import { defineConfig } from "drizzle-kit";

/** `drizzle-kit generate` writes the next migration from the difference between the schema and the last one. */
export default defineConfig({
  dialect: "sqlite",
  schema: "./src/control/schema/index.ts",
  out: "./src/control/migrations",
});
