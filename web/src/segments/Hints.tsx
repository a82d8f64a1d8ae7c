/** What could be better about the query, and at one press is. */
import { Button } from "@mantine/core";
import { IconBulb } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Hint, Plan } from "../api/explain.ts";
import { patchSegment, type Segment } from "../api/segments.ts";
import { restoreVersion } from "../api/versions.ts";
import { sayProblem } from "../parts/notify.ts";
import { sayWithUndo } from "../parts/undo.tsx";
import { clauseOf } from "./clause.ts";
import { replacedAt } from "./replacedAt.ts";

export function Hints({ segment, plan, mayWrite }: { segment: Segment; plan: Plan; mayWrite: boolean }) {
  const better = useBetter(segment);
  if (plan.hints.length === 0) return null;
  const words = new Map(plan.plan.conditions.map(({ path, words }) => [path, clauseOf(words)]));
  return (
    <ul className="hints" aria-label="Hints">
      {plan.hints.map((hint) => (
        <li key={`${hint.path} ${hint.code}`}>
          <IconBulb size={16} aria-hidden />
          <span>
            {words.has(hint.path) && <strong>{words.get(hint.path)}: </strong>}
            {hint.detail}
          </span>
          {mayWrite && hint.better !== undefined && (
            <Button
              variant="light"
              size="compact-sm"
              loading={better.isPending && better.variables === hint}
              onClick={() => better.mutate(hint)}
            >
              Do so
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

function useBetter(segment: Segment) {
  const client = useQueryClient();
  const show = (changed: Segment) => {
    client.setQueryData(["segment", segment.id], changed);
    for (const key of ["plan", "versions"]) void client.invalidateQueries({ queryKey: [key, segment.id] });
  };
  return useMutation({
    mutationFn: ({ path, better }: Hint) =>
      patchSegment(segment.id, segment.version, { query: replacedAt(segment.query, path, better) }),
    onSuccess: (changed) => {
      show(changed);
      sayWithUndo("It says the same in fewer conditions now", () => {
        restoreVersion(segment.id, segment.version).then(show, (error) => sayProblem("Not undone", error));
      });
    },
    onError: (error) => sayProblem("Not changed", error),
  });
}
