/** What the builder's controls know beyond their own rule. */
import type { Path, TreeRule } from "./adapter.ts";

export interface BuilderContext {
  readonly datasetId: string;
  /** What is wrong with the rule at a path. */
  readonly problemAt: (path: Path) => string | null;
  /** Whether a rule still lacks its value. */
  readonly isIncomplete: (path: Path) => boolean;
  readonly setMatchCase: (path: Path, matchCase: boolean) => void;
  /** The rule that was just added: its field is chosen next. */
  readonly isFresh: (rule: TreeRule | undefined) => boolean;
}

export const builderContext = (context: unknown) => context as BuilderContext;
