/** b: one record changes, a thousand segments watch: from the request to its answer, and to the event on a page. */
import { setTimeout as pause } from "node:timers/promises";
import { EventStream } from "../../test/blackbox/events.ts";
import { createSegment, only } from "../../test/blackbox/nouns.ts";
import { Caller, okBody } from "../lib/caller.ts";
import { randomChange, randomKey } from "../lib/changes.ts";
import type { Context } from "../lib/context.ts";
import { customerId } from "../lib/generate.ts";
import { information, type LineResult, ms, type Row } from "../lib/line.ts";
import { lacksNote, liveSegments, spotCheck } from "../lib/live-segments.ts";
import { seeded } from "../lib/random.ts";
import { quantile } from "../lib/stats.ts";

export const id = "b";
export const title = "One record changes with 1,000 live segments, 200 changes a second";

const PER_SECOND = 200;
const P50_MS = 5;
const P99_MS = 20;
/** Segments that only the timed changes enter, one after the other: their counts tell which change was seen. */
const PROBES = 20;
/** Each so-many-th change is timed to its event. */
const PROBE_EVERY = 10;
const SETTLE_MS = 2_000;

interface Probe {
  readonly prefix: string;
  readonly segment: string;
  count: number;
}

interface Sent {
  readonly at: number;
  readonly segment: string;
  /** Of the segment, once this change is in. */
  readonly count: number;
}

export async function run(context: Context): Promise<LineResult> {
  const { dataset, segments, lacks } = await liveSegments(context);
  const { client } = await context.ours.running();
  const probes: Probe[] = [];
  for (let index = 0; index < PROBES; index++) {
    const prefix = `Probe ${Date.now()} ${index} `;
    const segment = await createSegment(client, dataset, only("name", "starts_with", prefix));
    probes.push({ prefix, segment: segment.id, count: segment.member_count });
  }
  const stream = await EventStream.open(client);
  const caller = new Caller(client.url, client.cookie ?? "", 64);
  const random = seeded(11 + context.salt);
  const changes = PER_SECOND * (context.small ? 3 : 30);
  const answered: number[] = [];
  const sent: Sent[] = [];
  const underway: Promise<void>[] = [];
  const patch = async (key: string, data: object): Promise<void> => {
    const called = await caller.call("PATCH", `/api/v1/datasets/${dataset}/records/${key}`, { data });
    okBody(called);
    answered.push(called.ms);
  };
  // The first ones open connections and load code.
  for (let warm = 0; warm < 50; warm++) await patch(randomKey(random, context.rows), randomChange(random));
  answered.length = 0;
  const began = performance.now();
  for (let change = 0; change < changes; change++) {
    const due = began + (change * 1_000) / PER_SECOND;
    const wait = due - performance.now();
    if (wait > 0) await pause(wait);
    const nth = change / PROBE_EVERY;
    const probe = change % PROBE_EVERY === 0 ? probes[nth % PROBES] : undefined;
    if (probe) {
      sent.push({ at: performance.now(), segment: probe.segment, count: ++probe.count });
      const key = customerId(Math.floor((nth * PROBE_EVERY * context.rows) / changes));
      underway.push(patch(key, { name: `${probe.prefix}${change}` }));
    } else underway.push(patch(randomKey(random, context.rows), randomChange(random)));
  }
  await Promise.all(underway);
  const took = performance.now() - began;
  await pause(SETTLE_MS);
  stream.close();
  caller.close();
  const seen = lateness(sent, stream);
  await spotCheck(client, dataset, segments);
  for (const { segment } of probes) await client.delete(`/api/v1/segments/${segment}`);

  const judged = !context.small;
  return {
    rows: [
      ...pair("request to answer (durable rows and memberships)", answered, judged),
      ...pair("request to event on the page", seen, judged),
      information("changes a second, as sent", (changes / (took / 1_000)).toFixed(0)),
    ],
    notes: [
      `${changes} changes of one or two fields of random records, sent on time whether or not answers are back. Each tenth lets a record enter a segment that nothing else enters: the first event on the stream that counts it is timed (${seen.length} of them, all came).`,
      "Afterwards every twentieth membership was compared with a count made anew.",
      ...lacksNote(lacks),
    ],
    figures: { p50: quantile(answered, 0.5), p99: quantile(answered, 0.99), sse_p99: quantile(seen, 0.99) },
  };
}

function pair(what: string, times: readonly number[], judged: boolean): Row[] {
  const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
  return [
    {
      ...{ measure: `${what}, p50`, ours: ms(p50), peers: {}, ratio: null },
      ...{ aim: `below ${P50_MS} ms`, reached: judged ? p50 < P50_MS : null },
    },
    {
      ...{ measure: `${what}, p99`, ours: ms(p99), peers: {}, ratio: null },
      ...{ aim: `below ${P99_MS} ms`, reached: judged ? p99 < P99_MS : null },
    },
  ];
}

/** For each change the first event of its segment that counts the record. */
function lateness(sent: readonly Sent[], stream: EventStream): number[] {
  return sent.map(({ at, segment, count }) => {
    const event = stream.events.find(
      (one) => one.event === "segment" && one.data.segment_id === segment && Number(one.data.member_count) >= count,
    );
    if (!event) throw new Error(`no event told that ${segment} has ${count} members`);
    return event.at - at;
  });
}
