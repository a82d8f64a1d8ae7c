/** An empty control plane on the Node host's D1, with the migrations applied. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { d1Database } from "../../hosts/node/d1/client.ts";
import { D1Service } from "../../hosts/node/d1/service.ts";
import { applyMigrations } from "../../hosts/node/migrations.ts";
import type { D1Database } from "../../platform/types.ts";
import { foundWorkspace } from "../auth/found.ts";
import { type Database, openDatabase, runBatch } from "../database.ts";

export const NOW = Date.parse("2026-03-01T12:00:00Z");

export interface TestDatabase {
  readonly d1: D1Database;
  readonly db: Database;
  close(): void;
}

export function testDatabase(): TestDatabase {
  const folder = mkdtempSync(join(tmpdir(), "cutty-control-"));
  const service = new D1Service(join(folder, "control.sqlite"));
  applyMigrations(service, fileURLToPath(new URL("../migrations", import.meta.url)));
  const methods: Record<string, (argument: never) => unknown> = {
    query: (argument) => service.query(argument),
    batch: (argument) => service.batch(argument),
    exec: (argument) => service.exec(argument),
  };
  const d1 = d1Database(async (method, argument) => methods[method]?.(argument as never));
  const close = () => {
    service.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { d1, db: openDatabase(d1), close };
}

export interface Tenant {
  readonly workspace_id: string;
  readonly user_id: string;
  readonly email: string;
}

/** A workspace with its owner, whose password is `password`. */
export async function newTenant(db: Database, name: string): Promise<Tenant> {
  const email = `${name}@example.com`;
  const founding = { email, password: "password", workspace_name: name, time_zone: "UTC" };
  const { workspace, owner, statements } = await foundWorkspace(db, founding, NOW);
  await runBatch(db, statements);
  return { workspace_id: workspace.id, user_id: owner.id, email };
}
