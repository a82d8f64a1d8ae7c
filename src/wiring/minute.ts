/**
 * Every minute: what a crash between two steps left half done. The steps that follow a write to the
 * control plane are calls to objects; the write says what they must be told, so they can be told again.
 */
import { clearLeftover } from "../api/data/delete-dataset.ts";
import { refreshFeed } from "../api/data/refresh.ts";
import { sweepUploads } from "../api/data/sweep-uploads.ts";
import { type Env, now } from "../api/env.ts";
import { REPEATABLE_MS } from "../api/idempotency.ts";
import { openDatabase } from "../control/index.ts";
import { staleDatasets } from "../control/repositories/datasets.ts";
import { finishImport, type Import, openImports } from "../control/repositories/imports.ts";
import { leftoversBefore } from "../control/repositories/leftovers.ts";
import { forgetCallsBefore } from "../control/repositories/repeatable-calls.ts";

/** What is younger is still being handed over, or cleared, by the request that made it, if that can be alive. */
const HAND_OVER_MS = 60_000;

export async function everyMinute(env: Env, atStart = false): Promise<void> {
  const db = openDatabase(env.DB);
  const before = now(env) - (atStart ? 0 : HAND_OVER_MS);
  for (const { id, catalogue_version } of await staleDatasets(db)) {
    await attempt(`refresh ${id}`, () => refreshFeed(env, id, catalogue_version));
  }
  await attempt("forget calls", () => forgetCallsBefore(db, now(env) - REPEATABLE_MS));
  await attempt("sweep uploads", () => sweepUploads(env, db, now(env)));
  for (const leftover of await leftoversBefore(db, before)) {
    await attempt(`clear ${leftover.dataset_id}`, () => clearLeftover(env, db, leftover));
  }
  for (const open of await openImports(db)) {
    if (open.created_at < before) await attempt(`hand over ${open.id}`, () => handOver(env, open));
  }
}

/** What cannot be done now must not keep the rest from being done; the next minute tries again. */
async function attempt(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.error(JSON.stringify({ level: "warn", what, error: String(error) }));
  }
}

/** The importer learns of an import that never reached it; the control plane of an end it never heard. */
async function handOver(env: Env, open: Import): Promise<void> {
  const importer = env.IMPORTER.getByName(open.dataset_id);
  const state = await importer.state({ import_id: open.id });
  if (state?.finished_at != null) return finishImport(openDatabase(env.DB), open.dataset_id, state);
  if (state) return;
  const { dataset_id, file_key, bytes, mode, confirm_removal } = open;
  await importer.enqueue({ import_id: open.id, dataset_id, file_key, bytes, mode, confirm_removal });
}
