/** The program's clock seen from outside: it stamps records, and runs on in real time from wherever it was started. */
import type { Client } from "./client.ts";
import { createDataset, getRecord, upsert } from "./nouns.ts";

/** Reads the program's clock, to within the time of one request. */
export async function programClock(client: Client): Promise<() => number> {
  const { id } = await createDataset(client, { key: "id" });
  const before = Date.now();
  await upsert(client, id, [{ id: "tick" }]);
  const after = Date.now();
  const offset = Date.parse((await getRecord(client, id, "tick")).updated_at) - (before + after) / 2;
  await client.delete(`/api/v1/datasets/${id}`);
  return () => Date.now() + offset;
}

/** Wall-clock milliseconds of an event's arrival, by the clock of `clock`. */
export const arrival = (event: { at: number }, clock: () => number): number => clock() - (performance.now() - event.at);
