/** Imports as they are answered: those that have ended from the database, the others from their importer. */
import type * as z from "zod";
import type { ImportView } from "../../control/repositories/imports.ts";
import type { Env } from "../env.ts";
import { type ImportAnswer, importAnswer } from "../shapes/import.ts";

export async function importAnswers(
  env: Pick<Env, "IMPORTER">,
  rows: readonly ImportView[],
): Promise<z.input<typeof ImportAnswer>[]> {
  return Promise.all(rows.map((row) => importAnswerOf(env, row)));
}

export async function importAnswerOf(
  env: Pick<Env, "IMPORTER">,
  row: ImportView,
): Promise<z.input<typeof ImportAnswer>> {
  const state = row.final_state ?? (await env.IMPORTER.getByName(row.dataset_id).state({ import_id: row.id }));
  return importAnswer(row, state);
}
