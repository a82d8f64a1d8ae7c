import type { Words } from "../../bitmap/words.ts";
import { BLOCK_WORDS } from "./block.ts";

/** Asks each row. */
export function eachRow(yes: Words, isTrue: (row: number) => boolean): void {
  for (let w = 0; w < BLOCK_WORDS; w++) {
    let bits = 0;
    for (let bit = 0; bit < 32; bit++) bits |= Number(isTrue((w << 5) | bit)) << bit;
    yes[w] = bits;
  }
}
