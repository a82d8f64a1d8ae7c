/** One dataset: its rows, its fields, how it hangs together with others, its imports. */
import "./files.css";
import { IconPlus, IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type Dataset, datasetQuery } from "../api/datasets.ts";
import { Count } from "../parts/Count.tsx";
import { LinkButton } from "../parts/LinkButton.tsx";
import { Page, Section } from "../parts/Page.tsx";
import { Failed, LoadingRows } from "../parts/States.tsx";
import { useMay } from "../parts/useRole.ts";
import { When } from "../parts/When.tsx";
import { ChooseFile } from "./ChooseFile.tsx";
import { Fields } from "./Fields.tsx";
import { FileMenu } from "./FileMenu.tsx";
import { ImportReport } from "./ImportReport.tsx";
import { Imports } from "./Imports.tsx";
import { RecordDrawer } from "./RecordDrawer.tsx";
import { Records } from "./Records.tsx";
import { Relations } from "./Relations.tsx";

const route = getRouteApi("/app/files/$id");
const CRUMBS = [{ label: "Files", to: "/files" }];

export function FileView() {
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery(datasetQuery(id));
  if (data) return <Known dataset={data} />;
  return (
    <Page title="File" crumbs={CRUMBS} heading={<h1 className="faint">File</h1>}>
      {error ? <Failed what="This file could not be shown." error={error} retry={refetch} /> : <LoadingRows />}
    </Page>
  );
}

function Known({ dataset }: { dataset: Dataset }) {
  const { record, import: job } = route.useSearch();
  const navigate = route.useNavigate();
  const mayWrite = useMay("analyst");
  const show = (key: string | undefined) => void navigate({ search: { import: job, record: key }, resetScroll: false });
  return (
    <Page
      title={dataset.name}
      crumbs={CRUMBS}
      actions={
        mayWrite && (
          <>
            <FileMenu dataset={dataset} />
            <ChooseFile dataset={dataset.id} variant="default" leftSection={<IconUpload size={15} />}>
              Import again
            </ChooseFile>
            <LinkButton
              to="/segments/new"
              search={{ dataset: dataset.id }}
              leftSection={<IconPlus size={15} />}
              data-new
            >
              New segment
            </LinkButton>
          </>
        )
      }
    >
      <dl className="facts">
        <div>
          <dt>Rows</dt>
          <dd>
            <Count value={dataset.record_count} size="hero" label="rows" />
          </dd>
        </div>
        <div>
          <dt>Key</dt>
          <dd>{dataset.key ?? "none"}</dd>
        </div>
        <div>
          <dt>Segments</dt>
          <dd>
            <Link to="/segments" search={{ dataset: dataset.id }} className="link">
              {dataset.segment_count}
            </Link>
          </dd>
        </div>
        <div>
          <dt>Changed</dt>
          <dd>
            <When at={dataset.updated_at} />
          </dd>
        </div>
      </dl>
      {job && <ImportReport id={job} datasetId={dataset.id} />}
      <Section title="Rows">
        <Records dataset={dataset} open={show} />
      </Section>
      <Fields dataset={dataset} mayWrite={mayWrite} />
      <Relations dataset={dataset} mayWrite={mayWrite} />
      <Section title="Imports">
        <Imports datasetId={dataset.id} />
      </Section>
      <RecordDrawer dataset={dataset} recordKey={record} close={() => show(undefined)} />
    </Page>
  );
}
