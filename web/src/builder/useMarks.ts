/** What is marked at the conditions. */
import { useCallback } from "react";
import { asProblem, type Problem } from "../api/http.ts";
import type { Marks } from "./context.ts";
import { markOf, pathOfProblem } from "./marks.ts";
import { type Path, samePath } from "./tree.ts";
import type { DraftForm } from "./useDraft.ts";

/** What is wrong at a rule: by the program's answer, or something that is still missing when it was to be saved. */
export function useMarks(form: DraftForm, previewProblem: Problem | null): Marks {
  const problem = previewProblem ?? (form.error === null ? null : asProblem(form.error));
  const { incomplete } = form.read;
  const isIncomplete = useCallback((path: Path) => incomplete.some((known) => samePath(known, path)), [incomplete]);
  const markAt = useCallback(
    (path: Path) => {
      const at = problem && pathOfProblem(problem.path);
      if (at && samePath(at, path)) return markOf(problem);
      return form.tried && isIncomplete(path) ? { detail: "Something is missing here." } : null;
    },
    [problem, isIncomplete, form.tried],
  );
  return { markAt, isIncomplete };
}
