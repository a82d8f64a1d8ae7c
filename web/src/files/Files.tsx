/** All datasets: size, rows, fields, who and when. */

import { IconFileSpreadsheet, IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type Dataset, datasetsQuery } from "../api/datasets.ts";
import { isUnderWay } from "../api/imports.ts";
import { Count } from "../parts/Count.tsx";
import { useShown } from "../parts/deletions.ts";
import { formatBytes } from "../parts/format.ts";
import { Page } from "../parts/Page.tsx";
import { Empty, Failed, LoadingRows } from "../parts/States.tsx";
import { Status } from "../parts/Status.tsx";
import { useMay } from "../parts/useRole.ts";
import { rowKeys } from "../parts/VirtualTable.tsx";
import { When } from "../parts/When.tsx";
import { ChooseFile } from "./ChooseFile.tsx";
import { importTone, importWord } from "./words.ts";

export function Files() {
  const { data, error, refetch } = useQuery(datasetsQuery);
  const mayWrite = useMay("analyst");
  const isShown = useShown();
  const datasets = data?.data.filter(({ id }) => isShown(id));
  return (
    <Page
      title="Files"
      actions={
        mayWrite && (
          <ChooseFile isNew leftSection={<IconUpload size={15} />}>
            Import a file
          </ChooseFile>
        )
      }
    >
      {error && <Failed what="Your files could not be listed." error={error} retry={refetch} />}
      {!data && !error && <LoadingRows />}
      {datasets?.length === 0 && <NoFiles mayWrite={mayWrite} />}
      {datasets && datasets.length > 0 && <FileTable datasets={datasets} />}
    </Page>
  );
}

export function NoFiles({ mayWrite }: { mayWrite: boolean }) {
  return (
    <Empty
      icon={<IconFileSpreadsheet />}
      title="Begin with a file of customers"
      action={mayWrite && <ChooseFile>Choose a file</ChooseFile>}
    >
      Drop a CSV anywhere on this page. You see its fields and their types before anything is imported, and choose what
      identifies a row.
    </Empty>
  );
}

function FileTable({ datasets }: { datasets: readonly Dataset[] }) {
  return (
    <table className="table" aria-label="Files">
      <thead>
        <tr>
          <th>Name</th>
          <th data-align="right">Rows</th>
          <th data-align="right" className="wide-only">
            Fields
          </th>
          <th data-align="right" className="wide-only">
            Segments
          </th>
          <th className="wide-only">Last import</th>
          <th className="wide-only">Added</th>
        </tr>
      </thead>
      <tbody>
        {datasets.map((dataset) => (
          <FileRow key={dataset.id} dataset={dataset} />
        ))}
      </tbody>
    </table>
  );
}

function FileRow({ dataset }: { dataset: Dataset }) {
  const navigate = useNavigate();
  const open = () => void navigate({ to: "/files/$id", params: { id: dataset.id }, search: {} });
  const last = dataset.last_import;
  return (
    <tr data-open tabIndex={0} onClick={open} onKeyDown={(event) => rowKeys(event, open)}>
      <td>
        <div className="title">{dataset.name}</div>
        <div className="sub">{dataset.key ? `key ${dataset.key}` : "no key"}</div>
      </td>
      <td data-align="right">
        <Count value={dataset.record_count} />
      </td>
      <td data-align="right" className="wide-only">
        {dataset.fields.length}
      </td>
      <td data-align="right" className="wide-only">
        {dataset.segment_count}
      </td>
      <td className="wide-only">
        {last ? (
          <>
            <Status tone={importTone(last)}>
              {isUnderWay(last.status) ? `${importWord(last)}, ${Math.floor(last.progress * 100)} %` : importWord(last)}
            </Status>
            <div className="sub">
              {last.file_name}, {formatBytes(last.bytes)}
            </div>
          </>
        ) : (
          <span className="faint">by API</span>
        )}
      </td>
      <td className="wide-only">
        <When at={dataset.created_at} />
        <div className="sub">{dataset.created_by?.email}</div>
      </td>
    </tr>
  );
}
