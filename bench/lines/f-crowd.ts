/** f: a thousand clients at once: counts, first member pages, previews of queries that nobody asked before. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Context } from "../lib/context.ts";
import type { CrowdOrders, CrowdReport, Kind } from "../lib/crowd.ts";
import { information, type LineResult, ms, perSecond, whole } from "../lib/line.ts";
import { lacksNote, liveSegments } from "../lib/live-segments.ts";
import { quantile } from "../lib/stats.ts";

export const id = "f";
export const title = "1,000 clients in a closed loop: 90 % counts, 8 % first member pages, 2 % previews";

const P95_MS = 500;
const CROWD = fileURLToPath(new URL("../lib/crowd.ts", import.meta.url));

export async function run(context: Context): Promise<LineResult> {
  const { dataset, segments, lacks } = await liveSegments(context);
  const { client } = await context.ours.running();
  const seconds = context.small ? 2 : 30;
  const orders: CrowdOrders = {
    ...{ url: client.url, cookie: client.cookie ?? "", dataset, segments: segments.map(({ id }) => id) },
    ...{ clients: context.small ? 50 : 1_000, seconds, lacks: [...lacks] },
  };
  const { times, errors } = await crowd(orders);
  const all = [...times.count, ...times.members, ...times.preview];
  const p95 = quantile(all, 0.95);
  const kinds: Kind[] = ["count", "members", "preview"];
  return {
    rows: [
      {
        ...{ measure: "all, p95", ours: ms(p95), peers: {}, ratio: null },
        ...{ aim: `below ${P95_MS} ms`, reached: context.small ? null : p95 < P95_MS },
      },
      {
        ...{ measure: "errors", ours: whole(errors.length), peers: {}, ratio: null },
        ...{ aim: "none", reached: errors.length === 0 },
      },
      ...kinds
        .filter((kind) => times[kind].length > 0)
        .map((kind) =>
          information(
            `${kind}, p50 · p95 · p99 (${whole(times[kind].length)})`,
            [0.5, 0.95, 0.99].map((p) => ms(quantile(times[kind], p))).join(" · "),
          ),
        ),
      information("answers a second", perSecond(all.length / seconds)),
    ],
    notes: [
      `${orders.clients} clients for ${seconds} s from a second process on the same machine, which shares its cores with the program.`,
      ...errors.slice(0, 3).map((error) => `Error: ${error}`),
      ...lacksNote(lacks),
    ],
  };
}

async function crowd(orders: CrowdOrders): Promise<CrowdReport> {
  const child = spawn(process.execPath, [CROWD], { stdio: ["pipe", "pipe", "inherit"] });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stdin.end(JSON.stringify(orders));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`the clients' process ended with ${code}`);
  return JSON.parse(Buffer.concat(chunks).toString()) as CrowdReport;
}
