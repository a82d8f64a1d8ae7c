/** Text that equals, contains, starts or ends with one of the needles, folded or with case. */
import type { TextSearch } from "../columns/column.ts";
import { foldText } from "../values/fold.ts";
import { type Matcher, wrongFamily } from "./matcher.ts";
import type { PredicateOf } from "./predicate.ts";

type TextTest = (text: string) => boolean;

function testFor(how: TextSearch["how"], needles: readonly string[]): TextTest {
  if (how === "equals" && needles.length > 1) {
    const set = new Set(needles);
    return (text) => set.has(text);
  }
  const [needle] = needles;
  if (needle === undefined) return () => false;
  if (how === "equals") return (text) => text === needle;
  if (how === "contains") return (text) => text.includes(needle);
  return how === "starts_with" ? (text) => text.startsWith(needle) : (text) => text.endsWith(needle);
}

function searchFor(how: TextSearch["how"], needles: readonly string[], fold: boolean, test: TextTest): TextSearch {
  return { how, needles, fold, matches: fold ? (text) => test(foldText(text)) : test, matchesFolded: test };
}

/** What columns look for. */
export function textSearch({ how, needles, fold }: PredicateOf<"text">): TextSearch {
  return searchFor(how, needles, fold, testFor(how, needles));
}

export function textMatcher({ how, needles, fold }: PredicateOf<"text">): Matcher {
  const test = testFor(how, needles);
  const search = searchFor(how, needles, fold, test);
  return {
    matchesValue: (view) => test((fold ? view.folded : view.value) as string),
    scan: (column, mask, out) => (column.family === "text" ? column.scanText(search, mask, out) : wrongFamily(column)),
  };
}

/** Text arrays with an element that equals one of the needles. */
export function elementMatcher({ needles, fold }: PredicateOf<"element">): Matcher {
  const test = testFor("equals", needles);
  const search = searchFor("equals", needles, fold, test);
  return {
    matchesValue: (view) => ((fold ? view.folded : view.value) as readonly string[]).some(test),
    scan: (column, mask, out) =>
      column.family === "list" ? column.scanElements(search, mask, out) : wrongFamily(column),
  };
}
