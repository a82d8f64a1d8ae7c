/** D1 migrations: the plain SQL files that `wrangler d1 migrations` applies on Cloudflare, in order of their names. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { D1Service } from "./d1/service.ts";

export function applyMigrations(database: D1Service, folder: string): void {
  if (!existsSync(folder)) return;
  const files = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  for (const name of files.sort()) database.migrate(name, readFileSync(join(folder, name), "utf8"));
}
