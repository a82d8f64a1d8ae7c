/** Which words of a sentence are new, and which of the one before are gone. */
export interface Stretch {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
}

/** The shortest way from one sentence to the other, by the longest words they share in order. */
export function wordDiff(before: string, after: string): readonly Stretch[] {
  const [a, b] = [wordsOf(before), wordsOf(after)];
  const shared = sharedLengths(a, b);
  const stretches: Stretch[] = [];
  const add = (kind: Stretch["kind"], word: string) => {
    const last = stretches.at(-1);
    if (last?.kind === kind) stretches[stretches.length - 1] = { kind, text: `${last.text} ${word}` };
    else stretches.push({ kind, text: word });
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
  return stretches;
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
