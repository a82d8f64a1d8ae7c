/** From a file to rows: on its way up, looked at, then typed, keyed and imported. */
import "./files.css";
import { Progress } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import { inspectionQuery, uploadQuery } from "../api/uploads.ts";
import { formatBytes } from "../parts/format.ts";
import { Page } from "../parts/Page.tsx";
import { Empty, Failed, LoadingRows } from "../parts/States.tsx";
import { ChooseFile } from "./ChooseFile.tsx";
import { Reimport } from "./Reimport.tsx";
import { TypeFile } from "./TypeFile.tsx";
import { sendingOf, subscribe } from "./upload.ts";

const route = getRouteApi("/app/files/new");
const CRUMBS = [{ label: "Files", to: "/files" }];

export function NewFile() {
  const { upload, dataset } = route.useSearch();
  if (upload) return <Uploaded key={upload} id={upload} dataset={dataset} />;
  return (
    <Page title="Import a file" crumbs={CRUMBS}>
      <Empty
        icon={<IconFileImport />}
        title="Drop a CSV anywhere"
        action={<ChooseFile dataset={dataset}>Choose a file</ChooseFile>}
      >
        Commas, semicolons, tabs or pipes; plain or gzip; any size. Large files go up in parts and go on where they
        stopped.
      </Empty>
    </Page>
  );
}

function Uploaded({ id, dataset }: { id: string; dataset: string | undefined }) {
  const sending = useSyncExternalStore(subscribe, () => sendingOf(id));
  const upload = useQuery({ ...uploadQuery(id), enabled: !sending });
  const name = sending?.file_name ?? upload.data?.file_name ?? "File";
  if (sending?.status === "sending") {
    return (
      <Page title={name} crumbs={CRUMBS}>
        <Sent sent={sending.sent} bytes={sending.bytes} />
      </Page>
    );
  }
  if (sending?.status === "sent" || upload.data?.status === "complete") {
    return <Inspected id={id} name={name} dataset={dataset} />;
  }
  return (
    <Page title={name} crumbs={CRUMBS}>
      {sending?.problem && (
        <Failed what={`${name} did not get here whole.`} error={new Error(sending.problem.detail)} />
      )}
      {upload.error && <Failed what="This upload is not known." error={upload.error} />}
      {upload.isPending && !sending ? (
        <LoadingRows rows={2} columns={1} />
      ) : (
        <Empty
          icon={<IconFileImport />}
          title="Drop the same file again"
          action={<ChooseFile dataset={dataset}>Choose the file</ChooseFile>}
        >
          What has arrived is kept: it goes on with the part where it stopped.
        </Empty>
      )}
    </Page>
  );
}

function Sent({ sent, bytes }: { sent: number; bytes: number }) {
  const share = bytes === 0 ? 1 : sent / bytes;
  return (
    <div className="under-way">
      <span className="count count-hero">{Math.floor(share * 100)} %</span>
      <Progress value={share * 100} size={4} aria-label="Upload" />
      <p className="faint">
        {formatBytes(sent)} of {formatBytes(bytes)} sent
      </p>
    </div>
  );
}

function Inspected({ id, name, dataset }: { id: string; name: string; dataset: string | undefined }) {
  const { data, error, refetch } = useQuery(inspectionQuery(id));
  if (data?.inspection && data.status === "done") {
    return dataset ? (
      <Reimport upload={id} fileName={name} dataset={dataset} inspection={data.inspection} />
    ) : (
      <TypeFile upload={id} fileName={name} inspection={data.inspection} />
    );
  }
  const failure = data?.status === "failed" ? (typeof data.error === "string" ? data.error : data.error?.detail) : null;
  return (
    <Page title={name} crumbs={CRUMBS}>
      {error && <Failed what={`${name} could not be looked at.`} error={error} retry={refetch} />}
      {failure && (
        <>
          <Failed what={`${name} could not be read.`} error={new Error(failure)} />
          <ChooseFile dataset={dataset}>Choose another file</ChooseFile>
        </>
      )}
      {!error && !failure && (
        <div className="under-way">
          <p className="faint" role="status">
            Reading the columns…
          </p>
          <Progress value={Math.max(4, (data?.progress ?? 0) * 100)} size={4} aria-label="Inspection" />
          <LoadingRows rows={8} columns={3} />
        </div>
      )}
    </Page>
  );
}
