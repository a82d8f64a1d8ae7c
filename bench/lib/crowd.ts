/**
 * A thousand clients in a closed loop, as a process of its own: each sends its next request when it has the answer to
 * the last. Reads its orders from standard input, prints what it saw as JSON.
 */
import { segmentQueries } from "../segments.ts";
import { Caller } from "./caller.ts";
import { seeded } from "./random.ts";

export interface CrowdOrders {
  readonly url: string;
  readonly cookie: string;
  readonly dataset: string;
  readonly segments: readonly string[];
  readonly clients: number;
  readonly seconds: number;
  readonly lacks: readonly string[];
}

export type Kind = "count" | "members" | "preview";

export interface CrowdReport {
  readonly times: Readonly<Record<Kind, readonly number[]>>;
  readonly errors: readonly string[];
}

/** Some of them are not needed to be kept: the first ones say what went wrong. */
const ERRORS_KEPT = 20;

async function main(orders: CrowdOrders): Promise<CrowdReport> {
  const caller = new Caller(orders.url, orders.cookie, orders.clients);
  const times: Record<Kind, number[]> = { count: [], members: [], preview: [] };
  const errors: string[] = [];
  // Other queries than the segments', and each asked once or twice.
  const queries = segmentQueries(5_000, new Set(orders.lacks), 99);
  const random = seeded(5);
  let asked = 0;
  const until = performance.now() + orders.seconds * 1_000;
  const one = async (): Promise<void> => {
    const segment = orders.segments[random.below(orders.segments.length)] ?? "";
    const share = random.below(100);
    const kind: Kind = share < 90 ? "count" : share < 98 ? "members" : "preview";
    const query = queries[asked % queries.length]?.query;
    if (kind === "preview") asked++;
    const called =
      kind === "count"
        ? await caller.call("GET", `/api/v1/segments/${segment}`)
        : kind === "members"
          ? await caller.call("GET", `/api/v1/segments/${segment}/members?limit=100`)
          : await caller.call("POST", "/api/v1/segments/preview", { dataset_id: orders.dataset, query, sample: 10 });
    if (called.status === 200) times[kind].push(called.ms);
    else if (errors.length < ERRORS_KEPT)
      errors.push(`${kind} answered ${called.status}: ${called.text.slice(0, 200)}`);
  };
  const client = async () => {
    while (performance.now() < until) {
      await one().catch((error: unknown) => {
        if (errors.length < ERRORS_KEPT) errors.push(String(error));
      });
    }
  };
  await Promise.all(Array.from({ length: orders.clients }, client));
  caller.close();
  return { times, errors };
}

if (import.meta.main) {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const orders = JSON.parse(Buffer.concat(chunks).toString()) as CrowdOrders;
  process.stdout.write(JSON.stringify(await main(orders)));
}
