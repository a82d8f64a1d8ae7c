/** Which words of a sentence are new, and which of the one before are gone. */
export interface Stretch {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
}

/** A single word that stayed between two changes is no help to the reader: it counts as changed, too. */
const ALONE = 1;

/** The shortest way from one sentence to the other, by the longest words they share in order. */
export function wordDiff(before: string, after: string): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let [removed, added]: [string[], string[]] = [[], []];
  const flush = () => {
    if (removed.length > 0) stretches.push({ kind: "removed", text: removed.join(" ") });
    if (added.length > 0) stretches.push({ kind: "added", text: added.join(" ") });
    [removed, added] = [[], []];
  };
  const runs = runsOf(wordsOf(before), wordsOf(after));
  for (const [i, { kind, words }] of runs.entries()) {
    if (kind === "same" && (words.length > ALONE || i === 0 || i === runs.length - 1)) {
      flush();
      stretches.push({ kind, text: words.join(" ") });
      continue;
    }
    if (kind !== "added") removed.push(...words);
    if (kind !== "removed") added.push(...words);
  }
  flush();
  return stretches;
}

interface Run {
  readonly kind: Stretch["kind"];
  readonly words: string[];
}

function runsOf(a: readonly string[], b: readonly string[]): readonly Run[] {
  const shared = sharedLengths(a, b);
  const runs: Run[] = [];
  const add = (kind: Run["kind"], word: string) => {
    const last = runs.at(-1);
    if (last?.kind === kind) last.words.push(word);
    else runs.push({ kind, words: [word] });
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [mine, theirs] = [a[i], b[j]];
    if (mine !== undefined && mine === theirs) {
      add("same", mine);
      i++;
      j++;
    } else if (mine !== undefined && (theirs === undefined || at(shared, i + 1, j) >= at(shared, i, j + 1))) {
      add("removed", mine);
      i++;
    } else if (theirs !== undefined) {
      add("added", theirs);
      j++;
    }
  }
  return runs;
}

const wordsOf = (text: string) => text.split(/\s+/).filter((word) => word !== "");
const at = (table: readonly (readonly number[])[], i: number, j: number) => table[i]?.[j] ?? 0;

/** For each pair of positions, how many words the rests share in order. */
function sharedLengths(a: readonly string[], b: readonly string[]): number[][] {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    const row = table[i] as number[];
    for (let j = b.length - 1; j >= 0; j--) {
      row[j] = a[i] === b[j] ? at(table, i + 1, j + 1) + 1 : Math.max(at(table, i + 1, j), at(table, i, j + 1));
    }
  }
  return table;
}
