/** The imports of a dataset, newest first. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type Import, importsQuery } from "../api/imports.ts";
import { formatBytes, formatCount } from "../parts/format.ts";
import { Failed, LoadingRows } from "../parts/States.tsx";
import { Status } from "../parts/Status.tsx";
import { rowKeys } from "../parts/VirtualTable.tsx";
import { When } from "../parts/When.tsx";
import { importTone, importWord } from "./words.ts";

const route = getRouteApi("/app/files/$id");

export function Imports({ datasetId }: { datasetId: string }) {
  const { data, error, refetch } = useInfiniteQuery(importsQuery(datasetId));
  const imports = data?.pages.flatMap((page) => page.data) ?? [];
  if (error) return <Failed what="The imports could not be listed." error={error} retry={refetch} />;
  if (!data) return <LoadingRows rows={2} />;
  if (imports.length === 0)
    return <p className="faint quiet-line">Nothing was imported yet; rows came by API, if any.</p>;
  return (
    <table className="table" aria-label="Imports">
      <thead>
        <tr>
          <th>File</th>
          <th>State</th>
          <th data-align="right" className="wide-only">
            Added
          </th>
          <th data-align="right" className="wide-only">
            Updated
          </th>
          <th data-align="right" className="wide-only">
            Unchanged
          </th>
          <th data-align="right" className="wide-only">
            Removed
          </th>
          <th data-align="right" className="wide-only">
            Rejected
          </th>
          <th data-align="right">When</th>
        </tr>
      </thead>
      <tbody>
        {imports.map((job) => (
          <ImportRow key={job.id} job={job} />
        ))}
      </tbody>
    </table>
  );
}

const COUNTS = ["added", "updated", "unchanged", "removed", "rejected"] as const;

function ImportRow({ job }: { job: Import }) {
  const navigate = route.useNavigate();
  const open = () => void navigate({ search: { import: job.id } });
  return (
    <tr data-open tabIndex={0} onClick={open} onKeyDown={(event) => rowKeys(event, open)}>
      <td>
        <div className="title">{job.file_name}</div>
        <div className="sub">
          {formatBytes(job.bytes)}
          {job.created_by && `, ${job.created_by.email}`}
        </div>
      </td>
      <td>
        <Status tone={importTone(job)}>{importWord(job)}</Status>
      </td>
      {COUNTS.map((count) => (
        <td key={count} data-align="right" className="wide-only">
          {job[count] === 0 ? <span className="faint">0</span> : formatCount(job[count])}
        </td>
      ))}
      <td data-align="right">
        <When at={job.created_at} />
      </td>
    </tr>
  );
}
