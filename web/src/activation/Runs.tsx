/** The pushes of a sync, newest first; one opens to its results. */
import { Modal } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { type Run, type RunResult, resultsQuery, runsQuery } from "../api/activation.ts";
import { formatCount, formatDuration } from "../parts/format.ts";
import { Failed, LoadingRows } from "../parts/States.tsx";
import { Status } from "../parts/Status.tsx";
import { rowKeys, VirtualTable } from "../parts/VirtualTable.tsx";
import { When } from "../parts/When.tsx";
import { runTone, runWord } from "./words.ts";

const route = getRouteApi("/app/activation/syncs/$id");

export function Runs({ syncId }: { syncId: string }) {
  const { run } = route.useSearch();
  const navigate = route.useNavigate();
  const show = (id: string | undefined) => void navigate({ search: { run: id }, resetScroll: false });
  const { data, error } = useInfiniteQuery(runsQuery(syncId));
  const runs = data?.pages.flatMap((page) => page.data) ?? [];
  if (error) return <Failed what="The runs could not be listed." error={error} />;
  if (!data) return <LoadingRows rows={3} />;
  if (runs.length === 0) return <p className="faint quiet-line">Nothing was sent yet.</p>;
  return (
    <>
      <table className="table" aria-label="Runs">
        <thead>
          <tr>
            <th>Began</th>
            <th>State</th>
            <th data-align="right">Added</th>
            <th data-align="right">Removed</th>
            <th data-align="right">Rejected</th>
            <th data-align="right" className="wide-only">
              Attempts
            </th>
            <th data-align="right" className="wide-only">
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((entry) => (
            <RunRow key={entry.id} run={entry} open={() => show(entry.id)} />
          ))}
        </tbody>
      </table>
      <Modal opened={run !== undefined} onClose={() => show(undefined)} title="What became of each record" size="xl">
        {run && <Results syncId={syncId} runId={run} />}
      </Modal>
    </>
  );
}

function RunRow({ run, open }: { run: Run; open: () => void }) {
  return (
    <tr data-open tabIndex={0} onClick={open} onKeyDown={(event) => rowKeys(event, open)}>
      <td>
        <When at={run.started_at} />
      </td>
      <td>
        <Status tone={runTone(run.status)}>{runWord(run.status)}</Status>
        {run.error && <div className="sub">{run.error}</div>}
      </td>
      {([run.added, run.removed, run.rejected] as const).map((count, i) => (
        <td key={["added", "removed", "rejected"][i]} data-align="right">
          {count === 0 ? <span className="faint">0</span> : formatCount(count)}
        </td>
      ))}
      <td data-align="right" className="wide-only">
        {run.attempts}
      </td>
      <td data-align="right" className="wide-only faint">
        {run.finished_at ? formatDuration(Date.parse(run.finished_at) - Date.parse(run.started_at)) : ""}
      </td>
    </tr>
  );
}

const COLUMNS = [
  { id: "key", header: "Record", width: 160, cell: ({ key }: RunResult) => key },
  {
    id: "action",
    header: "Action",
    width: 96,
    cell: ({ action }: RunResult) => (action === "add" ? "added" : "removed"),
  },
  {
    id: "status",
    header: "Answer",
    width: 320,
    cell: ({ status, reason }: RunResult) => (
      <Status tone={status === "accepted" ? "good" : "bad"}>{reason ? `${status}: ${reason}` : status}</Status>
    ),
  },
];

function Results({ syncId, runId }: { syncId: string; runId: string }) {
  const { data, error, hasNextPage, fetchNextPage, isFetching } = useInfiniteQuery(resultsQuery(syncId, runId));
  const rows = useMemo(() => data?.pages.flatMap((page) => page.data) ?? [], [data]);
  if (error) return <Failed what="The results could not be listed." error={error} />;
  if (!data) return <LoadingRows rows={4} columns={3} />;
  if (rows.length === 0) return <p className="faint">This run had no results for single records.</p>;
  return (
    <VirtualTable
      label="Results"
      columns={COLUMNS}
      rows={rows}
      rowKey={({ key, action }) => `${key} ${action}`}
      more={hasNextPage && !isFetching ? () => void fetchNextPage() : undefined}
      maxHeight={480}
    />
  );
}
