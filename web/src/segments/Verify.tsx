/** Recomputes the segment from the rows and says whether the kept membership is the same. */
import { Button, Modal } from "@mantine/core";
import { IconCircleCheck, IconShieldCheck } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type Verification, verifySegment } from "../api/segments.ts";
import { formatDuration, plural } from "../parts/format.ts";
import { Failed } from "../parts/States.tsx";

export function Verify({ segmentId }: { segmentId: string }) {
  const verify = useMutation({ mutationFn: () => verifySegment(segmentId) });
  return (
    <>
      <Button
        variant="subtle"
        color="gray"
        leftSection={<IconShieldCheck size={15} />}
        loading={verify.isPending}
        onClick={() => verify.mutate()}
      >
        Verify
      </Button>
      <Modal opened={verify.isSuccess || verify.isError} onClose={verify.reset} title="Verification" size="sm">
        {verify.error && <Failed what="Not verified." error={verify.error} />}
        {verify.data && <Result result={verify.data} />}
      </Modal>
    </>
  );
}

function Result({ result: { checked, missing, extra, took_ms } }: { result: Verification }) {
  if (missing.length === 0 && extra.length === 0) {
    return (
      <div className="verified">
        <IconCircleCheck size={20} aria-hidden />
        <p>
          Exact. {plural(checked, "row")} were evaluated again in {formatDuration(took_ms)}, and the membership is the
          same.
        </p>
      </div>
    );
  }
  return (
    <div className="stack">
      <p>The membership differs from the rows.</p>
      {missing.length > 0 && <p>Should be in it: {missing.slice(0, 20).join(", ")}</p>}
      {extra.length > 0 && <p>Should not be in it: {extra.slice(0, 20).join(", ")}</p>}
    </div>
  );
}
