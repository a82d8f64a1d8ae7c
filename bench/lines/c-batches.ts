/** c: batches of changed rows over POST /records with a thousand live segments. */
import { Caller, okBody } from "../lib/caller.ts";
import { randomChange, randomKey } from "../lib/changes.ts";
import type { Context } from "../lib/context.ts";
import { type LineResult, ms, mustEqual, perSecond, type Row, whole } from "../lib/line.ts";
import { lacksNote, liveSegments, spotCheck } from "../lib/live-segments.ts";
import { seeded } from "../lib/random.ts";

export const id = "c";
export const title = "Batches of changed rows with 1,000 live segments";

const PER_SECOND = 20_000;
const TOTAL_MS = 5_000;
const BATCHES = [1_000, 2_500, 5_000];
/** So many batches on their way at a time. */
const AT_ONCE = 4;

interface Answer {
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: readonly unknown[];
}

export async function run(context: Context): Promise<LineResult> {
  const { dataset, segments, lacks } = await liveSegments(context);
  const { client } = await context.ours.running();
  const caller = new Caller(client.url, client.cookie ?? "", AT_ONCE);
  const total = context.small ? Math.min(5_000, context.rows / 4) : 100_000;
  const rows: Row[] = [];
  let best = 0;
  for (const size of BATCHES) {
    const took = await writeAll(caller, dataset, batchesOf(context, total, size));
    const rate = total / (took / 1_000);
    best = Math.max(best, rate);
    rows.push({
      ...{ measure: `batches of ${whole(size)}: rows a second`, ours: perSecond(rate), peers: {}, ratio: null },
      ...{ aim: `${whole(PER_SECOND)}/s`, reached: context.small ? null : rate >= PER_SECOND },
    });
    rows.push({
      ...{ measure: `batches of ${whole(size)}: ${whole(total)} changed rows`, ours: ms(took), peers: {}, ratio: null },
      ...{ aim: "under 5 s", reached: context.small ? null : took < TOTAL_MS },
    });
  }
  caller.close();
  await spotCheck(client, dataset, segments);
  return {
    rows,
    notes: [
      `Random records, one or two fields each, ${AT_ONCE} batches on their way at a time; a batch is answered when its rows and memberships are durable.`,
      "Afterwards every twentieth membership was compared with a count made anew.",
      ...lacksNote(lacks),
    ],
    figures: { rows_per_second: best },
  };
}

function batchesOf(context: Context, total: number, size: number): object[][] {
  const random = seeded(size + context.salt);
  const batches: object[][] = [];
  for (let left = total; left > 0; left -= size) {
    const count = Math.min(size, left);
    batches.push(
      Array.from({ length: count }, () => ({ id: randomKey(random, context.rows), ...randomChange(random) })),
    );
  }
  return batches;
}

async function writeAll(caller: Caller, dataset: string, batches: object[][]): Promise<number> {
  const waiting = [...batches];
  const began = performance.now();
  const lane = async () => {
    for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
      const called = await caller.call("POST", `/api/v1/datasets/${dataset}/records`, batch);
      const { added, updated, unchanged, rejected } = okBody<Answer>(called);
      mustEqual("rows written", added + rejected.length, 0);
      mustEqual("rows answered for", updated + unchanged, batch.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return performance.now() - began;
}
