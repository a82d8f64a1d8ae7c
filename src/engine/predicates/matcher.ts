/** A predicate made ready to run, on one value or on a column. */
import type { Words } from "../bitmap/words.ts";
import type { Column } from "../columns/column.ts";
import type { TypedValue } from "../values/types.ts";

/** One field's value of one row. Folding is done at most once, however many predicates want it. */
export interface ValueView {
  /** Never null where a matcher is asked. */
  readonly value: TypedValue;
  readonly folded: string | readonly string[];
}

export interface Matcher {
  /** On a value that is not empty. */
  matchesValue(view: ValueView): boolean;
  /** `out` = the rows of `mask` that match. `out` and `mask` are different arrays. */
  scan(column: Column, mask: Words, out: Words): void;
}

/** A column of another family under this predicate: the caller mixed up its schemas. */
export function wrongFamily(column: Column): never {
  throw new TypeError(`a ${column.family} column cannot be scanned for this predicate`);
}
