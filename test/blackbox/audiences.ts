/** The sandbox ad platform seen from outside: what it holds, and what it ought to hold. */
import { createHash } from "node:crypto";
import type { Client } from "./client.ts";
import { eventuallyEquals } from "./eventually.ts";
import { allPages, members } from "./nouns.ts";
import type { Destination, Run, RunResult, Sync } from "./wire.ts";

/** Ad platforms take the e-mail trimmed and in lower case. */
export const hashEmail = (email: string): string =>
  createHash("sha256").update(email.trim().toLowerCase()).digest("hex");

export const createSandbox = (client: Client): Promise<Destination> =>
  client.post("/api/v1/destinations", { type: "sandbox", name: `sandbox-${crypto.randomUUID()}` });

export const createSync = (client: Client, segment: string, destination: string, field = "email"): Promise<Sync> =>
  client.post("/api/v1/syncs", { segment_id: segment, destination_id: destination, mapping: { email: field } });

export const getSync = (client: Client, id: string): Promise<Sync> => client.get(`/api/v1/syncs/${id}`);

export async function audience(client: Client, destination: string, segment: string): Promise<string[]> {
  const path = `/api/v1/destinations/${destination}/audience?segment_id=${segment}`;
  return (await allPages<{ email_sha256: string }>(client, path, 1_000)).map((row) => row.email_sha256).sort();
}

/** The hashes of the e-mails, each once, sorted. */
export const hashesOf = (emails: Iterable<string>): string[] => [...new Set([...emails].map(hashEmail))].sort();

/** The hashes that the segment's members have now. */
export async function memberHashes(client: Client, segment: string, field = "email"): Promise<string[]> {
  const emails = (await members(client, segment)).map((member) => member.fields[field]);
  return hashesOf(emails.filter((email): email is string => typeof email === "string" && email.trim() !== ""));
}

/** Waits until the audience is exactly these e-mails. */
export function audienceBecomes(
  client: Client,
  destination: string,
  segment: string,
  emails: Iterable<string>,
  timeout = 60_000,
): Promise<void> {
  const wanted = hashesOf(emails);
  return eventuallyEquals("the audience is exact", () => audience(client, destination, segment), wanted, timeout);
}

export const setFault = (client: Client, destination: string, kind: string, times?: number): Promise<unknown> =>
  client.put(`/api/v1/destinations/${destination}/faults`, { kind, ...(times === undefined ? {} : { times }) });

export const runsOf = (client: Client, sync: string): Promise<Run[]> =>
  allPages(client, `/api/v1/syncs/${sync}/runs`, 100);

export const resultsOf = (client: Client, sync: string, run: string): Promise<RunResult[]> =>
  allPages(client, `/api/v1/syncs/${sync}/runs/${run}/results`, 1_000);
