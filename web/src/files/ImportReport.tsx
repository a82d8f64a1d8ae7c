/** One import: live while it runs, then what it did and what it could not take. */
import { Button, CloseButton, Progress } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { cancelImport, type Import, importQuery, isUnderWay, rejectsAddress, startImport } from "../api/imports.ts";
import { formatCount, formatDuration, plural } from "../parts/format.ts";
import { sayProblem } from "../parts/notify.ts";
import { Failed, LoadingRows } from "../parts/States.tsx";
import { Status } from "../parts/Status.tsx";
import { Notes } from "./Notes.tsx";
import { hasFile, sendAgain } from "./upload.ts";
import { importTone, importWord } from "./words.ts";

const route = getRouteApi("/app/files/$id");

export function ImportReport({ id, datasetId }: { id: string; datasetId: string }) {
  const { data: job, error } = useQuery(importQuery(id));
  const navigate = route.useNavigate();
  return (
    <section className="report" aria-label="Import">
      {error && <Failed what="This import could not be shown." error={error} />}
      {!job && !error && <LoadingRows rows={2} />}
      {job && (
        <>
          <div className="report-head">
            <Status tone={importTone(job)}>{importWord(job)}</Status>
            <strong>{job.file_name}</strong>
            <span className="faint">{took(job)}</span>
            <CloseButton
              size="sm"
              ml="auto"
              aria-label="Close the report"
              onClick={() => navigate({ search: {}, resetScroll: false })}
            />
          </div>
          {isUnderWay(job.status) ? <UnderWay job={job} /> : <Finished job={job} datasetId={datasetId} />}
        </>
      )}
    </section>
  );
}

function took({ started_at, finished_at }: Import): string {
  return started_at && finished_at ? `in ${formatDuration(Date.parse(finished_at) - Date.parse(started_at))}` : "";
}

function UnderWay({ job }: { job: Import }) {
  const cancel = useMutation({
    mutationFn: () => cancelImport(job.id),
    onError: (error) => sayProblem("Not cancelled", error),
  });
  return (
    <div className="stack">
      <p>
        <span className="count count-hero">{formatCount(job.rows_read)}</span> <span className="faint">rows read</span>
      </p>
      <Progress value={job.progress * 100} size={4} aria-label="Import" />
      <div className="row">
        <span className="faint">{job.phase ?? "waiting for its turn"}</span>
        <Button
          variant="subtle"
          size="compact-sm"
          color="gray"
          onClick={() => cancel.mutate()}
          loading={cancel.isPending}
        >
          Cancel
        </Button>
      </div>
    </div>
  );
}

const COUNTS = ["added", "updated", "unchanged", "removed", "rejected"] as const;

function Finished({ job, datasetId }: { job: Import; datasetId: string }) {
  const asksFirst = job.error?.code === "removal_needs_confirmation";
  const unfit = Object.entries(job.unfit_cells);
  return (
    <div className="stack">
      {job.error && (
        <Failed
          what={asksFirst ? "Nothing was removed yet." : "The import stopped."}
          error={new Error(job.error.detail)}
        />
      )}
      {asksFirst && <ConfirmRemoval job={job} datasetId={datasetId} />}
      <dl className="facts report-facts">
        {COUNTS.map((count) => (
          <div
            key={count}
            data-none={job[count] === 0 || undefined}
            data-bad={(count === "rejected" && job[count] > 0) || undefined}
          >
            <dt>{count}</dt>
            <dd className="count count-large">{formatCount(job[count])}</dd>
          </div>
        ))}
      </dl>
      {unfit.length > 0 && (
        <p>
          Cells that do not fit their field’s type, kept as they came and empty for segments:{" "}
          {unfit.map(([field, cells]) => `${field} (${formatCount(cells)})`).join(", ")}.
        </p>
      )}
      <Notes notes={job.notes} />
      {job.rejected > 0 && (
        <div>
          <Button
            component="a"
            href={rejectsAddress(job.id)}
            download
            variant="default"
            leftSection={<IconDownload size={15} />}
          >
            Download {plural(job.rejected, "rejected row")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** A replace that would remove much stops and asks. */
function ConfirmRemoval({ job, datasetId }: { job: Import; datasetId: string }) {
  const client = useQueryClient();
  const navigate = route.useNavigate();
  const upload = client.getQueryData<string>(["upload of import", job.id]);
  const again = useMutation({
    mutationFn: async (used: string) =>
      startImport(datasetId, { upload_id: await sendAgain(used), mode: "replace", confirm_removal: true }),
    onSuccess: (next) => navigate({ search: { import: next.id } }),
    onError: (error) => sayProblem("The import did not begin", error),
  });
  if (!upload || !hasFile(upload)) {
    return (
      <p className="faint">
        If they are meant to go: import the file again, choose “Replace” and agree to the removal.
      </p>
    );
  }
  return (
    <div>
      <Button color="red" variant="light" loading={again.isPending} onClick={() => again.mutate(upload)}>
        Remove them and replace
      </Button>
    </div>
  );
}
