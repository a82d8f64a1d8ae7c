/** e: a thousand new segments over all records, from the first request to the last that is live. */
import type { Context } from "../lib/context.ts";
import { information, type LineResult, ms } from "../lib/line.ts";
import { lacksNote, liveSegments } from "../lib/live-segments.ts";

export const id = "e";
export const title = "1,000 new segments computed";

const AIM_MS = 20_000;
/** "At once": what somebody who waits for it does not call waiting. */
const FIRST_MS = 1_000;

export async function run(context: Context): Promise<LineResult> {
  const { segments, took, lacks } = await liveSegments(context);
  if (!took)
    return { rows: [information("made by a run before", "–")], notes: ["Without --reuse they are made anew."] };
  const judged = !context.small;
  const counts = segments.map(({ member_count }) => member_count).sort((a, b) => a - b);
  return {
    rows: [
      {
        ...{ measure: `all ${segments.length} live`, ours: ms(took.all), peers: {}, ratio: null },
        ...{ aim: "under 20 s", reached: judged ? took.all < AIM_MS : null },
      },
      {
        ...{ measure: "the first one live", ours: ms(took.first), peers: {}, ratio: null },
        ...{ aim: "at once", reached: judged ? took.first < FIRST_MS : null },
      },
      information("all requests answered", ms(took.requests)),
    ],
    notes: [
      `Made through the API in-process, 4 requests at a time. Members: from ${counts[0]} to ${counts.at(-1)}, half of them below ${counts[Math.floor(counts.length / 2)]}.`,
      "Every twentieth membership was compared with a count made anew.",
      ...lacksNote(lacks),
    ],
  };
}
