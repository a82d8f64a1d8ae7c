/** i: what the process holds with a thousand segments, without and with the purchases, and how long a restart takes. */
import { setTimeout as pause } from "node:timers/promises";
import { preview } from "../../test/blackbox/nouns.ts";
import type { Segment } from "../../test/blackbox/wire.ts";
import type { Context } from "../lib/context.ts";
import { memoryOf } from "../lib/customers.ts";
import { information, type LineResult, mb, ms, mustEqual, notBuilt, type Row } from "../lib/line.ts";
import { liveSegments } from "../lib/live-segments.ts";
import { isNotBuilt, type Running } from "../lib/ours.ts";
import { purchasesIn, spentQuery } from "../lib/purchases.ts";
import { queries } from "../queries.ts";

export const id = "i";
export const title = "Resident memory with 1,000 segments, and restart";

const WITHOUT_MB = 2_048;
const WITH_MB = 3_072;
const RESTART_MS = 5_000;
const SETTLE_MS = 5_000;

export async function run(context: Context): Promise<LineResult> {
  const { dataset, segments } = await liveSegments(context);
  const hadPurchases = context.ours.purchases !== undefined;
  const rows: Row[] = [];
  if (!hadPurchases) rows.push(...(await measure(context, dataset, segments, "without purchases", WITHOUT_MB, false)));
  const withThem = context.withPurchases && (await purchasesIn(context));
  rows.push(
    ...(withThem
      ? await measure(context, dataset, segments, "with purchases", WITH_MB, true)
      : context.withPurchases
        ? [notBuilt("resident memory with purchases", "under 3 GB")]
        : []),
  );
  return {
    rows,
    notes: [
      `Resident: ${SETTLE_MS / 1_000} s after the twelve queries of line a ran over HTTP (with the purchases the query of line h, too).`,
      "Restart: SIGTERM, then from the start of the new process to /healthz, and, signed in, to the first count of a segment that is right.",
      ...(hadPurchases ? ["Not measured without the purchases: this data folder has them already."] : []),
    ],
  };
}

async function measure(
  context: Context,
  dataset: string,
  segments: readonly Segment[],
  what: string,
  aimMb: number,
  purchases: boolean,
): Promise<Row[]> {
  const watched = segments[Math.floor(segments.length / 2)] as Segment;
  const before = (await (await context.ours.running()).client.get<Segment>(`/api/v1/segments/${watched.id}`))
    .member_count;
  await context.ours.close();
  const began = performance.now();
  const running = await context.ours.running();
  const ready = running.readyMs;
  const first = await running.client.get<Segment>(`/api/v1/segments/${watched.id}`);
  const counted = performance.now() - began;
  mustEqual(`members of ${watched.name} after the restart`, first.member_count, before);
  await askAll(running, dataset, purchases);
  await pause(context.small ? 0 : SETTLE_MS);
  const memory = await memoryOf(running.pid);
  const judged = !context.small;
  return [
    {
      ...{ measure: `resident ${what}`, ours: mb(memory.now), peers: {}, ratio: null },
      ...{ aim: `under ${aimMb / 1_024} GB`, reached: judged ? memory.now < aimMb : null },
    },
    information(`peak ${what}, since the restart`, mb(memory.peak)),
    {
      ...{ measure: `restart ${what}, to ready`, ours: ms(ready), peers: {}, ratio: null },
      ...{ aim: "under 5 s", reached: judged ? ready < RESTART_MS : null },
    },
    {
      ...{ measure: `restart ${what}, to the first count`, ours: ms(counted), peers: {}, ratio: null },
      ...{ aim: "under 5 s", reached: judged ? counted < RESTART_MS : null },
    },
  ];
}

async function askAll({ client }: Running, dataset: string, purchases: boolean): Promise<void> {
  const asked: object[] = [...queries.map(({ query }) => query), ...(purchases ? [spentQuery()] : [])];
  for (const query of asked) {
    try {
      await preview(client, dataset, query as never, 0);
    } catch (error) {
      if (!isNotBuilt(error)) throw error;
    }
  }
}
