/** The customers in our data folder: imported once for a run, by the real program, over HTTP. */
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import type { Client } from "../../test/blackbox/client.ts";
import { settled, startImport } from "../../test/blackbox/nouns.ts";
import type { Import } from "../../test/blackbox/wire.ts";
import type { Context } from "./context.ts";
import { CUSTOMER_FIELDS, type GeneratedFile } from "./generate.ts";
import { mustEqual } from "./line.ts";

const PATIENCE_MS = 2 * 3_600_000;

export interface Imported {
  readonly dataset: string;
  readonly done: Import;
  /** From the first byte sent to the import's end, as whoever sent it sees it. */
  readonly ms: number;
}

/** The customers' dataset, imported now unless this run (or, with --reuse, one before) did so. */
export async function customersIn(context: Context): Promise<string> {
  const known = context.ours.customers;
  if (known) return known;
  const { client } = await context.ours.running();
  const dataset = await createCustomers(client);
  await importCustomers(context, client, dataset);
  return dataset;
}

export async function createCustomers(client: Client, name = "Customers"): Promise<string> {
  const body = { name, key: "id", fields: CUSTOMER_FIELDS };
  return (await client.post<{ id: string }>("/api/v1/datasets", body)).id;
}

/** Sends the file and waits for the end of its import. */
export async function importCustomers(context: Context, client: Client, dataset: string): Promise<Imported> {
  const imported = await importFile(client, dataset, context.customers);
  context.ours.imported("customers", dataset);
  return imported;
}

export async function importFile(client: Client, dataset: string, file: GeneratedFile): Promise<Imported> {
  const began = performance.now();
  const body = Readable.toWeb(createReadStream(file.path, { highWaterMark: 1 << 20 })) as ReadableStream<Uint8Array>;
  const begun = await startImport(client, dataset, body);
  const done = await settled(client, begun.id, PATIENCE_MS);
  const ms = performance.now() - began;
  if (done.status !== "done") throw new Error(`the import ended as ${done.status}: ${JSON.stringify(done.error)}`);
  mustEqual("rows added", done.added, file.rows);
  return { dataset, done, ms };
}

/** What a process holds now, and the most that it ever held, in MB (Linux). */
export async function memoryOf(pid: number): Promise<{ now: number; peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const kb = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0);
  return { now: kb("VmRSS") / 1_024, peak: kb("VmHWM") / 1_024 };
}
