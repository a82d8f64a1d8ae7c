/** The thousand live segments over the customers: made once for a run, with the times that line e shows. */
import type { Client } from "../../test/blackbox/client.ts";
import { eventually } from "../../test/blackbox/eventually.ts";
import { preview } from "../../test/blackbox/nouns.ts";
import type { Page, Segment } from "../../test/blackbox/wire.ts";
import { segmentQueries } from "../segments.ts";
import type { Context } from "./context.ts";
import { customersIn } from "./customers.ts";
import { mustEqual } from "./line.ts";
import { isNotBuilt } from "./ours.ts";

export interface LiveSegments {
  readonly dataset: string;
  readonly segments: readonly Segment[];
  /** From the first request; null where a run before made them. */
  readonly took: { readonly requests: number; readonly first: number; readonly all: number } | null;
  /** Kinds of conditions that the program does not have yet. */
  readonly lacks: ReadonlySet<string>;
}

const AT_ONCE = 4;
const PATIENCE_MS = 30 * 60_000;
const made = new WeakMap<Context, Promise<LiveSegments>>();

export const segmentCount = (context: Context): number => (context.small ? 60 : 1_000);

/** The same ones for every line of a run. They are made in-process, so that no network is in line e's times. */
export function liveSegments(context: Context): Promise<LiveSegments> {
  const known = made.get(context) ?? make(context);
  made.set(context, known);
  return known;
}

async function make(context: Context): Promise<LiveSegments> {
  const dataset = await customersIn(context);
  const { client } = await context.ours.inProcess();
  const lacks = await lacksOf(client, dataset);
  const before = await segmentsOf(client, dataset);
  if (before.length === segmentCount(context)) return { dataset, segments: before, took: null, lacks };
  for (const { id } of before) await client.delete(`/api/v1/segments/${id}`);

  const began = performance.now();
  const wanted = [...segmentQueries(segmentCount(context), lacks)];
  const ids: string[] = [];
  let first = 0;
  const worker = async () => {
    for (let next = wanted.shift(); next; next = wanted.shift()) {
      const body = { dataset_id: dataset, name: next.name, query: next.query };
      ids.push((await client.post<Segment>("/api/v1/segments", body)).id);
    }
  };
  const firstLive = eventually(
    "the first segment is live",
    async () => {
      const [id] = ids;
      if (!id || (await client.get<Segment>(`/api/v1/segments/${id}`)).status !== "live") return false;
      first = performance.now() - began;
      return true;
    },
    PATIENCE_MS,
  );
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const requests = performance.now() - began;
  await firstLive;
  const segments = await allLive(client, dataset);
  const all = performance.now() - began;
  await spotCheck(client, dataset, segments);
  return { dataset, segments, took: { requests, first, all }, lacks };
}

export async function allLive(client: Client, dataset: string): Promise<Segment[]> {
  return eventually(
    "all segments are live",
    async () => {
      const all = await segmentsOf(client, dataset);
      const failed = all.find(({ status }) => status === "failed");
      if (failed) throw new Error(`segment ${failed.name} failed: ${JSON.stringify(failed)}`);
      return all.every(({ status }) => status === "live") && all;
    },
    PATIENCE_MS,
  );
}

export async function segmentsOf(client: Client, dataset: string): Promise<Segment[]> {
  const all: Segment[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<Segment> = await client.get("/api/v1/segments", { dataset_id: dataset, limit: 1_000, cursor });
    all.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return all;
}

/** Memberships against counts made anew, for every twentieth segment. */
export async function spotCheck(client: Client, dataset: string, segments: readonly Segment[]): Promise<void> {
  for (const [index, { id, name, query }] of segments.entries()) {
    if (index % 20 !== 0) continue;
    const { member_count } = await client.get<Segment>(`/api/v1/segments/${id}`);
    mustEqual(`members of ${name}`, member_count, (await preview(client, dataset, query as never, 0)).count);
  }
}

async function lacksOf(client: Client, dataset: string): Promise<Set<string>> {
  const lacks = new Set<string>();
  for (const kind of ["windows", "formulas"] as const) {
    const probe = segmentQueries(200).find(({ needs }) => needs === kind);
    if (!probe) continue;
    try {
      await preview(client, dataset, probe.query as never, 0);
    } catch (error) {
      if (!isNotBuilt(error)) throw error;
      lacks.add(kind);
    }
  }
  return lacks;
}

export const lacksNote = (lacks: ReadonlySet<string>): string[] =>
  lacks.size === 0 ? [] : [`Without ${[...lacks].join(" and ")} among the segments' conditions: not built.`];
