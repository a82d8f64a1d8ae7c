/** h: a sum over the purchases of each customer in a window, against join, grouping and HAVING. */
import type { Context } from "../lib/context.ts";
import { information, type LineResult, ms, mustEqual, notBuilt, type Peer, perSecond } from "../lib/line.ts";
import { countInProcess } from "../lib/ours.ts";
import { purchasesIn, spentQuery, spentSql } from "../lib/purchases.ts";
import { median, quantile, type Repeated, repeated } from "../lib/stats.ts";

export const id = "h";
export const title = "Has-many join: “spent over 500 in the last 90 days”";

const AIM = "faster than DuckDB";

export async function run(context: Context): Promise<LineResult> {
  const imported = await purchasesIn(context);
  if (!imported) return { rows: [notBuilt("count", AIM)], notes: [] };
  const inProcess = await context.ours.inProcess();
  const began = performance.now();
  const count = await countInProcess(inProcess, imported.customers, spentQuery);
  const cold = performance.now() - began;
  const ours = { ...(await repeated(context.small ? 3 : 10, count)), cold };

  const peers: Partial<Record<Peer, string>> = { ...context.noPostgres };
  const duckdb = await context.duckdb();
  let peer: Repeated<number> | null = null;
  if (duckdb) {
    await duckdb.load("purchases", context.purchases(), false);
    peer = await repeated(context.small ? 3 : 10, () => duckdb.count(spentSql));
    mustEqual("spent over 500, ours against DuckDB", ours.value, peer.value);
    peers.duckdb = figures(peer);
  }
  const postgres = await context.indexed();
  if (postgres) {
    await postgres.copy("purchases", context.purchases());
    await postgres.index("purchases");
    const one = await repeated(context.small ? 1 : 3, () => postgres.count(spentSql));
    mustEqual("spent over 500, ours against PostgreSQL", ours.value, one.value);
    peers.postgres = figures(one);
  }
  return {
    rows: [
      {
        ...{ measure: `count (${ours.value.toLocaleString("en")})`, ours: figures(ours), peers, aim: AIM },
        ratio: peer && median(peer.warm) / median(ours.warm),
        reached: peer && median(ours.warm) < median(peer.warm),
      },
      ...(imported.importMs === null
        ? []
        : [information("import of the purchases", perSecond(context.purchases().rows / (imported.importMs / 1_000)))]),
    ],
    notes: [
      "Cells: p50 · p95 · cold. PostgreSQL has indexes on the customer and, covering, on the date.",
      `${context.purchases().rows.toLocaleString("en")} purchases.`,
    ],
  };
}

const figures = ({ warm, cold }: Repeated<unknown>): string =>
  `${ms(median(warm))} · ${ms(quantile(warm, 0.95))} · ${ms(cold)}`;
