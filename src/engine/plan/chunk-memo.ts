/**
 * What conditions found in one chunk, for many plans over it: a condition that several plans have is scanned once.
 * Answers are those of one version of the rows: who lets others write in between begins a new memo.
 */
import type { Words } from "../bitmap/words.ts";
import type { Condition, Plan } from "./plan.ts";

export class ChunkMemo {
  readonly #words = new Map<string, Words | null>();

  /** `plans`: those that will be evaluated with this memo. */
  constructor(plans: Iterable<Plan>) {
    const seen = new Set<string>();
    for (const plan of plans) {
      for (const condition of plan.conditions) {
        const key = memoKey(condition);
        if (seen.has(key)) this.#words.set(key, null);
        else seen.add(key);
      }
    }
  }

  /** The answer over all rows of the chunk where the condition is shared; undefined where just one plan has it. */
  shared(condition: Condition, scan: () => Words): Words | undefined {
    if (condition.kind === "segment") return undefined; // as cheap as a memo, and moves while a group is computed
    const key = memoKey(condition);
    const known = this.#words.get(key);
    if (known === undefined) return undefined;
    if (known !== null) return known;
    const words = scan();
    this.#words.set(key, words);
    return words;
  }
}

const memoKey = (condition: Condition): string =>
  condition.kind === "segment" ? condition.key : `${condition.type} ${condition.key}`;
