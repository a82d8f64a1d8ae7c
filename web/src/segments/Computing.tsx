/** What a segment that is not live shows: how far its computation is, or why it stopped. */
import { Button, Progress } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { cancelComputation, type Segment } from "../api/segments.ts";
import { sayProblem } from "../parts/notify.ts";
import { Failed } from "../parts/States.tsx";

export function Computing({ segment, mayWrite }: { segment: Segment; mayWrite: boolean }) {
  const cancel = useMutation({
    mutationFn: () => cancelComputation(segment.id),
    onError: (error) => sayProblem("Not cancelled", error),
  });
  if (segment.status === "live") return null;
  if (segment.status !== "computing") {
    const why = typeof segment.error === "string" ? segment.error : segment.error?.detail;
    return (
      <Failed
        what={segment.status === "failed" ? "This segment could not be computed." : "The computation was cancelled."}
        error={new Error(why ?? "Edit the segment and save it to compute it again.")}
      />
    );
  }
  return (
    <div className="computing">
      <div>
        <Progress value={segment.progress * 100} size={4} aria-label="Computation" />
        <p className="faint computing-words">
          {Math.floor(segment.progress * 100)} % of the rows are judged
          {segment.version > 1 && "; until all are, the members are those of before"}
        </p>
      </div>
      {mayWrite && (
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          loading={cancel.isPending}
          onClick={() => cancel.mutate()}
        >
          Cancel
        </Button>
      )}
    </div>
  );
}
