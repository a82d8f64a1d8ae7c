/** What is marked at the conditions. */
import { useCallback } from "react";
import { asProblem, type Problem } from "../api/http.ts";
import { type Path, pathOfProblem } from "./adapter.ts";
import type { DraftForm } from "./useDraft.ts";

/** What is wrong at a rule: by the program's answer, or a value that is still missing when it was to be saved. */
export function useMarks(form: DraftForm, previewProblem: Problem | null) {
  const problem = previewProblem ?? (form.error === null ? null : asProblem(form.error));
  const { incomplete } = form.read;
  const isIncomplete = useCallback((path: Path) => has(incomplete, path), [incomplete]);
  const problemAt = useCallback(
    (path: Path) => {
      const at = path.join(".");
      if (problem && pathOfProblem(problem.path)?.join(".") === at) return problem.detail;
      if (form.tried && has(incomplete, path)) return "Something is missing here.";
      return null;
    },
    [problem, incomplete, form.tried],
  );
  return { problemAt, isIncomplete };
}

const has = (paths: readonly Path[], path: Path) => paths.some((known) => known.join(".") === path.join("."));
