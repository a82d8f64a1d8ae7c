/** A looked-at file that goes into a dataset which is there already. */
import { Button, Checkbox, Radio } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { type Dataset, datasetQuery } from "../api/datasets.ts";
import { type ImportMode, startImport } from "../api/imports.ts";
import type { Inspection } from "../api/uploads.ts";
import { plural } from "../parts/format.ts";
import { Page } from "../parts/Page.tsx";
import { Failed, LoadingRows } from "../parts/States.tsx";
import { Notes } from "./Notes.tsx";
import { MODES } from "./words.ts";

interface ReimportProps {
  readonly upload: string;
  readonly fileName: string;
  readonly dataset: string;
  readonly inspection: Inspection;
}

export function Reimport({ upload, fileName, dataset: id, inspection }: ReimportProps) {
  const { data: dataset, error } = useQuery(datasetQuery(id));
  const [mode, setMode] = useState<ImportMode>("upsert");
  const [agreed, agree] = useState(false);
  const navigate = useNavigate();
  const client = useQueryClient();
  const begin = useMutation({
    mutationFn: () => startImport(id, { upload_id: upload, mode, confirm_removal: mode === "replace" && agreed }),
    onSuccess: (job) => {
      client.setQueryData(["import", job.id], job);
      // Kept for the question that a large removal asks: the file is still there to be imported again.
      client.setQueryData(["upload of import", job.id], upload);
      void navigate({ to: "/files/$id", params: { id }, search: { import: job.id } });
    },
  });
  const crumbs = [
    { label: "Files", to: "/files" },
    { label: dataset?.name ?? "File", to: `/files/${id}` },
  ];
  return (
    <Page title={`Import ${fileName}`} crumbs={crumbs}>
      {error && <Failed what="This file is not there." error={error} />}
      {!dataset && !error && <LoadingRows rows={3} />}
      {dataset && (
        <div className="reimport">
          <Fit dataset={dataset} inspection={inspection} />
          <Notes notes={inspection.notes} />
          <Radio.Group label="What to do with its rows" value={mode} onChange={(value) => setMode(value as ImportMode)}>
            <div className="stack reimport-modes">
              {MODES.map(({ value, label, says }) => (
                <Radio key={value} value={value} label={label} description={says} />
              ))}
            </div>
          </Radio.Group>
          {mode === "replace" && (
            <Checkbox
              label="Also if that removes more than 30 % of what is there"
              checked={agreed}
              onChange={(event) => agree(event.currentTarget.checked)}
            />
          )}
          {begin.error && <Failed what="The import did not begin." error={begin.error} />}
          <div className="row">
            <Button onClick={() => begin.mutate()} loading={begin.isPending}>
              Import {plural(inspection.rows, "row")}
            </Button>
            <Button variant="default" onClick={() => navigate({ to: "/files/$id", params: { id }, search: {} })}>
              Cancel
            </Button>
          </div>
        </div>
      )}
    </Page>
  );
}

/** Which columns are known, new or absent. */
function Fit({ dataset, inspection }: { dataset: Dataset; inspection: Inspection }) {
  const columns = inspection.fields.map(({ name }) => name);
  const known = dataset.fields.map(({ name }) => name);
  const fresh = columns.filter((name) => !known.includes(name));
  const absent = known.filter((name) => !columns.includes(name));
  const keyless = dataset.key !== null && !columns.includes(dataset.key);
  return (
    <div className="stack">
      <p>
        <span className="count count-hero">{inspection.rows.toLocaleString("en-US")}</span>{" "}
        <span className="faint">rows for {dataset.name}</span>
      </p>
      {keyless && (
        <Failed
          what={`The file has no column “${dataset.key}”.`}
          error={
            new Error(
              "That is this file’s key: without it no row can be recognised. Rename the column in the file, or import it as a new file.",
            )
          }
        />
      )}
      {fresh.length > 0 && <p>New fields: {fresh.join(", ")}.</p>}
      {absent.length > 0 && <p className="faint">Not in this file, so left as they are: {absent.join(", ")}.</p>}
    </div>
  );
}
