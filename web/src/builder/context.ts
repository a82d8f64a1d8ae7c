/** What the builder's controls know beyond their own rule. */
import type { Mark } from "./marks.ts";
import type { Path, TreeRule } from "./tree.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** The paths are those within the group that the context is of, which may stand inside a rule on related records. */
export interface BuilderContext extends Marks {
  readonly vocabulary: Vocabulary;
  /** The segment that is edited: it cannot be in itself. */
  readonly self: string | undefined;
  /** How many groups are around the outermost one here; 0 for the query itself. */
  readonly depth: number;
  readonly setRule: (path: readonly number[], rule: TreeRule) => void;
  /** Another kind of rule in its place; the focus goes to what is asked next. */
  readonly turn: (path: readonly number[], rule: TreeRule) => void;
  /** Which control of the rule that was just added or turned takes the focus. */
  readonly focusOf: (rule: TreeRule | undefined) => "subject" | "next" | null;
}

export interface Marks {
  /** What is wrong with the rule at a path. */
  readonly markAt: (path: Path) => Mark | null;
  /** Whether a rule still lacks something. */
  readonly isIncomplete: (path: Path) => boolean;
}

export const builderContext = (context: unknown) => context as BuilderContext;
