/** k: lines a, b and c again at a tenth, three tenths and all of the records: how their cost grows. */
import { type Context, createContext } from "../lib/context.ts";
import { information, type LineResult, ms, perSecond, type Row, whole } from "../lib/line.ts";
import * as preview from "./a-preview.ts";
import * as live from "./b-live.ts";
import * as batches from "./c-batches.ts";

export const id = "k";
export const title = "How cost grows with the records: a, b and c";

const SHARES = [0.1, 0.3, 1];
/** Flat: what is measured at all records is at most so much of what a tenth of them takes. */
const FLAT = 1.5;
/** Linear: ten times the records take at most so many times as long, with room for noise. */
const LINEAR = 11;

type Figures = Readonly<Record<string, number>>;

export async function run(context: Context): Promise<LineResult> {
  const sizes: { rows: number; figures: Figures }[] = [];
  await context.ours.close();
  for (const share of SHARES) {
    const rows = Math.round(context.rows * share);
    const { figures } = await atSize(rows);
    sizes.push({ rows, figures });
  }
  const [first, last] = [sizes[0]?.figures ?? {}, sizes.at(-1)?.figures ?? {}];
  const grown = (name: string): number => (last[name] ?? Number.NaN) / (first[name] ?? Number.NaN);
  const judged = !context.small;
  const verdict = (measure: string, name: string, aim: string, good: boolean): Row => ({
    ...{ measure, ours: `${grown(name).toFixed(2)} ×`, peers: {}, ratio: null, aim, reached: judged ? good : null },
  });
  return {
    rows: [
      ...sizes.map(({ rows, figures }) => information(`${whole(rows)} records`, wordsOf(figures))),
      verdict("a: geometric mean, all against a tenth", "mean", "linear at most", grown("mean") <= LINEAR),
      verdict("b: p50, all against a tenth", "p50", "flat", grown("p50") <= FLAT),
      verdict("c: rows a second, all against a tenth", "rows_per_second", "flat", grown("rows_per_second") >= 1 / FLAT),
    ],
    notes: [
      "Each size in a data folder of its own, without peers. a: geometric mean of the medians; b: p50 and p99; c: the best batch size.",
      `Flat: at most ${FLAT} times.`,
    ],
  };
}

async function atSize(rows: number): Promise<{ figures: Figures }> {
  const context = createContext(
    { rows, only: [], peers: new Set(), reuse: false, withPurchases: false, out: null },
    `growth-${rows}`,
  );
  try {
    const figures: Record<string, number> = {};
    for (const line of [preview, live, batches]) Object.assign(figures, (await line.run(context)).figures);
    return { figures };
  } finally {
    await context.ours.remove();
    await context.close();
  }
}

const wordsOf = (figures: Figures): string =>
  `a ${ms(figures.mean ?? Number.NaN)} · b ${ms(figures.p50 ?? Number.NaN)}, ${ms(figures.p99 ?? Number.NaN)} · c ${perSecond(figures.rows_per_second ?? Number.NaN)}`;
