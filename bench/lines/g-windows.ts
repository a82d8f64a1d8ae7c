/** g: records leave "in the last 720 hours" one after the other over a minute, by the clock alone. */
import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "../../test/blackbox/client.ts";
import { EventStream } from "../../test/blackbox/events.ts";
import { eventually } from "../../test/blackbox/eventually.ts";
import { getSegment } from "../../test/blackbox/nouns.ts";
import type { Preview, Segment } from "../../test/blackbox/wire.ts";
import { Caller, okBody } from "../lib/caller.ts";
import { randomChange, randomKey } from "../lib/changes.ts";
import type { Context } from "../lib/context.ts";
import { customerId } from "../lib/generate.ts";
import { information, type LineResult, ms, notBuilt, perSecond, whole } from "../lib/line.ts";
import { liveSegments } from "../lib/live-segments.ts";
import { isNotBuilt } from "../lib/ours.ts";
import { seeded } from "../lib/random.ts";
import { quantile } from "../lib/stats.ts";

export const id = "g";
export const title = "Windows: records leave “in the last 30 days” over a minute";

const HOURS = 720;
const HOUR_MS = 3_600_000;
const LATE_MS = 1_000;
const BATCH = 5_000;
/** Live changes beside it. */
const PER_SECOND = 50;
const P99_MS = 20;

/** A name that nobody has, so that the segment is theirs alone. */
const NAME = "Leaver";

export async function run(context: Context): Promise<LineResult> {
  const { dataset } = await liveSegments(context);
  const { client } = await context.ours.running();
  const caller = new Caller(client.url, client.cookie ?? "", 64);
  const leavers = context.small ? 600 : Math.min(100_000, context.rows / 10);
  const minute = context.small ? 3_000 : 60_000;
  // Every so many: the records between them are free for other changes.
  const step = Math.floor(context.rows / leavers);
  let segment: Segment;
  try {
    segment = await client.post<Segment>("/api/v1/segments", { dataset_id: dataset, name: NAME, query: leaving });
  } catch (error) {
    if (isNotBuilt(error)) return { rows: [notBuilt("lateness", "at most 1 s")], notes: [] };
    throw error;
  }
  const offset = await clockOffset(client, dataset);
  // When the first leaves: late enough for all of them to be written by then.
  const first = Date.now() + offset + (context.small ? 5_000 : 90_000);
  const writing = performance.now();
  for (let from = 0; from < leavers; from += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, leavers - from) }, (_, index) => {
      const leaves = first + Math.round(((from + index) / leavers) * minute);
      const last_seen = new Date(leaves - HOURS * HOUR_MS).toISOString();
      return { id: customerId((from + index) * step), name: NAME, last_seen };
    });
    okBody(await caller.call("POST", `/api/v1/datasets/${dataset}/records`, rows));
  }
  const written = performance.now() - writing;
  const begins = first - offset;
  if (Date.now() > begins) throw new Error(`writing took ${Math.round(written)} ms: the first left meanwhile`);
  await eventually("all are members", async () => (await getSegment(client, segment.id)).member_count === leavers);

  const stream = await EventStream.open(client);
  const origin = Date.now() - performance.now();
  const random = seeded(17 + context.salt);
  const answered: number[] = [];
  const underway: Promise<void>[] = [];
  await pause(Math.max(0, begins - Date.now()));
  for (let sent = 0; sent < (PER_SECOND * minute) / 1_000; sent++) {
    await pause(Math.max(0, begins + (sent * 1_000) / PER_SECOND - Date.now()));
    const key = randomKey(random, context.rows);
    if (Number(key.slice(1)) % step === 0) continue;
    const path = `/api/v1/datasets/${dataset}/records/${key}`;
    underway.push(
      caller.call("PATCH", path, { data: randomChange(random) }).then((called) => {
        okBody(called);
        answered.push(called.ms);
      }),
    );
  }
  await Promise.all(underway);
  await eventually("all have left", async () => (await getSegment(client, segment.id)).member_count === 0, 120_000);
  await pause(1_000);
  stream.close();
  caller.close();
  await client.delete(`/api/v1/segments/${segment.id}`);

  const late = latenessOf(stream, segment.id, leavers, (nth) => begins + (nth / leavers) * minute - origin);
  const [p50, p99, worst] = [quantile(late, 0.5), quantile(late, 0.99), Math.max(...late)];
  const changes = quantile(answered, 0.99);
  return {
    rows: [
      {
        ...{ measure: `latest of ${whole(leavers)} exits`, ours: ms(worst), peers: {}, ratio: null },
        ...{ aim: "at most 1 s late", reached: context.small ? null : worst <= LATE_MS },
      },
      information("exits, p50 · p99", `${ms(p50)} · ${ms(p99)}`),
      {
        ...{ measure: "live changes meanwhile, p99", ours: ms(changes), peers: {}, ratio: null },
        ...{ aim: `below ${P99_MS} ms`, reached: context.small ? null : changes < P99_MS },
      },
      information("live changes meanwhile, p50", ms(quantile(answered, 0.5))),
      information("writing those that leave", perSecond(leavers / (written / 1_000))),
    ],
    notes: [
      `In hours (${HOURS}), so that each record leaves at an instant of its own; in days all would leave at midnight. Over ${minute / 1_000} s.`,
      `An exit counts from its due instant to the first event on a page whose count leaves it out; ${PER_SECOND} changes of other records a second go on meanwhile.`,
    ],
  };
}

const leaving = {
  combinator: "and",
  rules: [
    { field: "name", operator: "equals", value: NAME },
    { field: "last_seen", operator: "in_last", value: { n: HOURS, unit: "hour" } },
  ],
};

/** How far the program's clock is ahead of ours. */
async function clockOffset(client: Client, dataset: string): Promise<number> {
  const asked = Date.now();
  const query = { combinator: "and", rules: [] };
  const { computed_at } = await client.post<Preview>("/api/v1/segments/preview", {
    ...{ dataset_id: dataset, query, sample: 0 },
  });
  return Date.parse(computed_at) - (asked + Date.now()) / 2;
}

/** For the nth exit: the first event that shows so few members, less the instant when it was due. */
function latenessOf(stream: EventStream, segment: string, leavers: number, due: (nth: number) => number): number[] {
  const events = stream.events.filter((one) => one.event === "segment" && one.data.segment_id === segment);
  let at = 0;
  return Array.from({ length: leavers }, (_, nth) => {
    while (at < events.length && Number(events[at]?.data.member_count) > leavers - nth - 1) at++;
    const seen = events[at];
    if (!seen) throw new Error(`no event showed the exit of record ${nth}`);
    return Math.max(0, seen.at - due(nth));
  });
}
