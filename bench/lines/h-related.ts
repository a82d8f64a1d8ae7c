/** h: a sum over the purchases of each customer in a window, against join, grouping and HAVING. */
import type { Context } from "../lib/context.ts";
import { information, type LineResult, ms, mustEqual, notBuilt, type Peer, perSecond } from "../lib/line.ts";
import { countInProcess } from "../lib/ours.ts";
import { purchasesIn, spentQuery, spentSql } from "../lib/purchases.ts";
import { median, quantile, type Repeated, repeated, timed } from "../lib/stats.ts";

export const id = "h";
export const title = "Has-many join: “spent over 500 in the last 90 days”";

const AIM = "faster than DuckDB";

/** Other questions of the kind, no amount and no window twice. */
function* others(count: number): Generator<readonly [spent: number, days: number], void, undefined> {
  for (let n = 0; n < count; n++) yield [150 + 37 * n, 45 + 13 * n];
}

interface Counts {
  readonly first: number;
  /** Each question once. */
  readonly fresh: readonly number[];
  readonly values: readonly number[];
  /** The first question again and again. */
  readonly again: Repeated<number>;
}

/** `ask` measures the first answer to a question, and gives a way to ask it again. */
async function counted(
  runs: number,
  ask: (spent?: number, days?: number) => Promise<{ ms: number; value: number; again: () => Promise<number> }>,
): Promise<Counts> {
  const first = await ask();
  const [values, fresh] = [[first.value], [] as number[]];
  for (const [spent, days] of others(runs)) {
    const answer = await ask(spent, days);
    fresh.push(answer.ms);
    values.push(answer.value);
  }
  return { first: first.ms, fresh, values, again: await repeated(runs, first.again) };
}

export async function run(context: Context): Promise<LineResult> {
  const imported = await purchasesIn(context);
  if (!imported) return { rows: [notBuilt("new question", AIM)], notes: [] };
  const runs = context.small ? 3 : 10;
  const inProcess = await context.ours.inProcess();
  const ours = await counted(runs, async (spent, days) => {
    // As the API answers it, its own work included.
    const { ms, value: again } = await timed(() =>
      countInProcess(inProcess, imported.customers, spentQuery(spent, days)),
    );
    return { ms, value: await again(), again };
  });

  const duckdb = await context.duckdb();
  let peer: Counts | null = null;
  if (duckdb) {
    await duckdb.load("purchases", context.purchases(), false);
    peer = await counted(runs, async (spent, days) => {
      const again = () => duckdb.count(spentSql(spent, days));
      return { ...(await timed(again)), again };
    });
    for (const [at, value] of ours.values.entries())
      mustEqual("customers who spent, ours against DuckDB", value, peer.values[at] as number);
  }
  const postgres = await context.indexed();
  let indexed: Repeated<number> | null = null;
  if (postgres) {
    await postgres.copy("purchases", context.purchases());
    await postgres.index("purchases");
    indexed = await repeated(context.small ? 1 : 3, () => postgres.count(spentSql()));
    mustEqual("spent over 500, ours against PostgreSQL", ours.values[0] as number, indexed.value);
  }
  const none = context.noPostgres;
  const against = (duckdb: string | null, postgres: string | null): Partial<Record<Peer, string>> => ({
    ...none,
    ...(duckdb === null ? {} : { duckdb }),
    ...(postgres === null ? {} : { postgres }),
  });
  return {
    rows: [
      {
        measure: "new question, another amount and window each time",
        ours: figures(ours.fresh),
        peers: against(peer && figures(peer.fresh), null),
        aim: AIM,
        ratio: peer && median(peer.fresh) / median(ours.fresh),
        reached: peer && median(ours.fresh) < median(peer.fresh),
      },
      {
        measure: `first question after a start (${ours.values[0]?.toLocaleString("en")})`,
        ours: ms(ours.first),
        peers: against(peer && ms(peer.first), indexed && ms(indexed.cold)),
        ...{ aim: "", ratio: peer && peer.first / ours.first, reached: null },
      },
      information(
        "the same question again",
        figures(ours.again.warm),
        against(peer && figures(peer.again.warm), indexed && figures(indexed.warm)),
      ),
      ...(imported.importMs === null
        ? []
        : [information("import of the purchases", perSecond(context.purchases().rows / (imported.importMs / 1_000)))]),
    ],
    notes: [
      "Cells: p50 · p95. Ours is asked through the API, within the process; an answer is kept, and given again while nothing changes.",
      "PostgreSQL has indexes on the customer and, covering, on the date.",
      `${context.purchases().rows.toLocaleString("en")} purchases.`,
    ],
  };
}

const figures = (times: readonly number[]): string => `${ms(median(times))} · ${ms(quantile(times, 0.95))}`;
