/**
 * The distinct texts of a dictionary. Those known when it was built are sorted by their folded form, so that all forms
 * of a text, and all texts with one beginning, are neighbours and are found by halving; later ones follow as they came.
 */
import { foldText } from "../values/fold.ts";
import type { TextSearch } from "./column.ts";

export class Entries {
  readonly #texts: string[];
  /** Made when first needed, grown with the texts. */
  readonly #folded: string[] = [];
  readonly #sorted: number;
  /** Only for writing: from text to place. */
  #places: Map<string, number> | null = null;
  #bytes = 0;

  /** `sorted` texts in the order of `compareFolded`, then others. */
  constructor(texts: string[], sorted: number) {
    this.#texts = texts;
    this.#sorted = sorted;
    for (const text of texts) this.#bytes += bytesOf(text);
  }

  get size(): number {
    return this.#texts.length;
  }

  get sorted(): number {
    return this.#sorted;
  }

  get texts(): readonly string[] {
    return this.#texts;
  }

  get bytes(): number {
    return this.#bytes + (this.#places === null ? 0 : this.#texts.length * 48);
  }

  at(place: number): string {
    return this.#texts[place] as string;
  }

  /** The place of a text, or -1. */
  placeOf(text: string): number {
    this.#places ??= new Map(this.#texts.map((each, place) => [each, place]));
    return this.#places.get(text) ?? -1;
  }

  /** The place of a text that was not there. */
  add(text: string): number {
    const place = this.#texts.push(text) - 1;
    this.#places?.set(text, place);
    this.#bytes += bytesOf(text);
    return place;
  }

  /** Which entries match, as first and last place, ascending, never touching. */
  hits(search: TextSearch): number[] {
    const folded = this.#foldedTexts();
    const compared = search.fold ? folded : this.#texts;
    const found: number[] = [];
    const test = (from: number, to: number): void => {
      for (let place = from; place < to; place++) {
        if (search.matchesFolded(compared[place] as string)) addPlace(found, place);
      }
    };
    const ordered = search.how === "equals" || search.how === "starts_with";
    if (ordered && search.needles.length * 24 < this.#sorted) {
      for (const [from, to] of this.#around(search)) test(from, to);
    } else test(0, this.#sorted);
    test(this.#sorted, this.#texts.length);
    return found;
  }

  /** The stretches of sorted entries in which the needles may be, ascending. */
  #around({ needles, how }: TextSearch): (readonly [from: number, to: number])[] {
    const starts = how === "starts_with";
    const stretches = [...new Set(needles.map(foldText))].sort().map((needle) => {
      const from = this.#firstFrom(needle, 0);
      let to = from;
      const belongs = (text: string) => (starts ? text.startsWith(needle) : text === needle);
      while (to < this.#sorted && belongs(this.#folded[to] as string)) to++;
      return [from, to] as const;
    });
    return starts ? apart(stretches) : stretches;
  }

  /** The first sorted place whose folded text is not below `text`. */
  #firstFrom(text: string, from: number): number {
    let low = from;
    let high = this.#sorted;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#folded[middle] as string) < text) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #foldedTexts(): readonly string[] {
    for (let i = this.#folded.length; i < this.#texts.length; i++) {
      const text = this.#texts[i] as string;
      const folded = foldText(text);
      if (folded !== text) this.#bytes += bytesOf(folded);
      this.#folded.push(folded);
    }
    return this.#folded;
  }
}

/** What V8 keeps for a string and its place in two arrays, about. */
const bytesOf = (text: string) => 32 + text.length;

/** Stretches of prefixes may lie in one another. */
function apart(stretches: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  let end = 0;
  return stretches.map(([from, to]) => {
    const start = Math.max(from, end);
    end = Math.max(end, to);
    return [start, to] as const;
  });
}

function addPlace(found: number[], place: number): void {
  if (found.at(-1) === place - 1) found[found.length - 1] = place;
  else found.push(place, place);
}

/** The texts in the order that `Entries` wants, each once. */
export function sortEntries(texts: Iterable<string>): string[] {
  const keyed = Array.from(texts, (text) => ({ text, folded: foldText(text) }));
  keyed.sort((a, b) => compare(a.folded, b.folded) || compare(a.text, b.text));
  return keyed.map(({ text }) => text);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
