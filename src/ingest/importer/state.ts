/** What people see of an import, and how it moves. Pure. */
import type { ApplyAnswer } from "../../shard/interface.ts";
import type { FileLayout, InspectState, Position } from "../csv/index.ts";
import type { ImportState } from "../interface.ts";

/** Where an import stands: enough to go on after a crash. */
export type Progress =
  | { readonly phase: "types"; readonly scan: InspectState | null }
  | { readonly phase: "rows"; readonly layout: LayoutWithFormats; readonly at: Position; readonly batch: number }
  | {
      readonly phase: "removal";
      readonly shard: number;
      readonly from: number;
      /** Removed in the shards before this one. */
      readonly removed: number;
      readonly agreed: boolean;
    }
  /** How it ends is decided; others are told before it is closed. */
  | { readonly phase: "ending"; readonly state: ImportState };

export type LayoutWithFormats = FileLayout & {
  /** How this file writes its dates, by column; the dataset's field may have come from another file. */
  readonly formats: Readonly<Record<string, string>>;
  /** About as many bytes as the most records that are written at once; not there where an older version began. */
  readonly block_bytes?: number;
};

export const FIRST: Progress = { phase: "types", scan: null };

/** Shares of the whole, by experience: reading types is quick against writing rows. */
const TYPES_SHARE = 0.15;

export function queued(id: string): ImportState {
  return {
    id,
    status: "queued",
    phase: null,
    progress: 0,
    rows_read: 0,
    added: 0,
    updated: 0,
    unchanged: 0,
    removed: 0,
    rejected: 0,
    unfit_cells: {},
    notes: [],
    error: null,
    started_at: null,
    finished_at: null,
  };
}

export const typesProgress = (done: number): number => TYPES_SHARE * done;

export const rowsProgress = (at: number, bytes: number): number =>
  TYPES_SHARE + (1 - TYPES_SHARE) * (bytes === 0 ? 1 : Math.min(1, at / bytes)) * 0.99;

/** The counts after a batch: every row of it in exactly one of the four. */
export function counted(
  state: ImportState,
  rows: number,
  answers: readonly ApplyAnswer[],
  rejects: number,
  unfit: ReadonlyMap<string, number>,
): ImportState {
  const unfitCells: Record<string, number> = { ...state.unfit_cells };
  for (const [field, n] of unfit) unfitCells[field] = (unfitCells[field] ?? 0) + n;
  const sum = (pick: (answer: ApplyAnswer) => number) => answers.reduce((total, answer) => total + pick(answer), 0);
  return {
    ...state,
    rows_read: state.rows_read + rows,
    added: state.added + sum((answer) => answer.added),
    updated: state.updated + sum((answer) => answer.updated),
    unchanged: state.unchanged + sum((answer) => answer.unchanged),
    rejected: state.rejected + rejects,
    unfit_cells: unfitCells,
  };
}

export const ended = (
  state: ImportState,
  status: "done" | "failed" | "cancelled",
  at: number,
  error: ImportState["error"] = null,
): ImportState => ({
  ...state,
  status,
  phase: null,
  progress: status === "done" ? 1 : state.progress,
  error,
  finished_at: at,
});

/** A replace that would remove more than this share of the records that were there needs to be confirmed. */
const REMOVAL_LIMIT = 0.3;

export function removalProblem(unseen: number, total: number, added: number): ImportState["error"] {
  const before = total - added;
  if (before <= 0 || unseen / before <= REMOVAL_LIMIT) return null;
  const share = Math.round((unseen / before) * 100);
  return {
    code: "removal_needs_confirmation",
    detail:
      `The file lacks ${unseen} of the ${before} records that were there (${share} %). Nothing was removed; the rows of ` +
      "the file are in. If they are meant to go, import the file again with confirm_removal=true.",
  };
}
