/** One segment: who is in it now, how it is found, what it was before, and where it flows. */
import "./segments.css";
import { IconPencil } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type Dataset, datasetQuery } from "../api/datasets.ts";
import { type Segment, segmentQuery } from "../api/segments.ts";
import { RecordDrawer } from "../files/RecordDrawer.tsx";
import { LinkButton } from "../parts/LinkButton.tsx";
import { Page, Section } from "../parts/Page.tsx";
import { Failed, LoadingRows } from "../parts/States.tsx";
import { Tabs } from "../parts/Tabs.tsx";
import { useMay } from "../parts/useRole.ts";
import { Activity } from "./Activity.tsx";
import { Computing } from "./Computing.tsx";
import { Members } from "./Members.tsx";
import { Plan } from "./Plan.tsx";
import { SegmentHead } from "./SegmentHead.tsx";
import { SegmentMenu } from "./SegmentMenu.tsx";
import { SegmentSyncs } from "./SegmentSyncs.tsx";
import { Verify } from "./Verify.tsx";
import { Versions } from "./Versions.tsx";

const route = getRouteApi("/app/segments/$id");
const CRUMBS = [{ label: "Segments", to: "/segments" }];

export function SegmentView() {
  const { id } = route.useParams();
  const segment = useQuery({ ...segmentQuery(id), retry: false });
  const dataset = useQuery({ ...datasetQuery(segment.data?.dataset_id ?? ""), enabled: segment.data !== undefined });
  const error = segment.error ?? dataset.error;
  if (segment.data && dataset.data) return <Known segment={segment.data} dataset={dataset.data} />;
  return (
    <Page title="Segment" crumbs={CRUMBS} heading={<h1 className="faint">{segment.data?.name ?? "Segment"}</h1>}>
      {error ? <Failed what="This segment could not be shown." error={error} /> : <LoadingRows />}
    </Page>
  );
}

function Known({ segment, dataset }: { segment: Segment; dataset: Dataset }) {
  const { record, view } = route.useSearch();
  const navigate = route.useNavigate();
  const mayWrite = useMay("analyst");
  const show = (key: string | undefined) => void navigate({ search: { view, record: key }, resetScroll: false });
  return (
    <Page
      title={segment.name}
      crumbs={CRUMBS}
      actions={
        <>
          <Verify segmentId={segment.id} />
          {mayWrite && (
            <>
              <LinkButton
                to="/segments/$id/edit"
                params={{ id: segment.id }}
                variant="default"
                leftSection={<IconPencil size={15} />}
              >
                Edit
              </LinkButton>
              <SegmentMenu segment={segment} />
            </>
          )}
        </>
      }
    >
      <SegmentHead segment={segment} dataset={dataset} />
      <Computing segment={segment} mayWrite={mayWrite} />
      <Tabs label="Parts of the segment">
        {VIEWS.map(({ name, label }) => (
          <Link
            key={label}
            to="/segments/$id"
            params={{ id: segment.id }}
            search={{ view: name }}
            resetScroll={false}
            activeOptions={EXACTLY}
            aria-current={view === name ? "page" : undefined}
          >
            {label}
          </Link>
        ))}
      </Tabs>
      {view === "explain" && <Plan segment={segment} mayWrite={mayWrite} open={show} />}
      {view === "versions" && <Versions segment={segment} mayWrite={mayWrite} />}
      {view === undefined && <Now segment={segment} dataset={dataset} open={show} />}
      <RecordDrawer dataset={dataset} recordKey={record} segment={segment} close={() => show(undefined)} />
    </Page>
  );
}

/** The address without a view is the beginning of all of them. */
const EXACTLY = { exact: true, includeSearch: true };

const VIEWS = [
  { name: undefined, label: "Members" },
  { name: "explain", label: "Explain" },
  { name: "versions", label: "Versions" },
] as const;

interface NowProps {
  readonly segment: Segment;
  readonly dataset: Dataset;
  readonly open: (key: string) => void;
}

function Now({ segment, dataset, open }: NowProps) {
  return (
    <div className="segment-body">
      <Section title="Members" aside={<Exactness segment={segment} />}>
        <Members segment={segment} dataset={dataset} open={open} />
      </Section>
      <div className="segment-side">
        <Section title="Flows to">
          <SegmentSyncs segment={segment} dataset={dataset} />
        </Section>
        <Section title="Came and went">
          <Activity segmentId={segment.id} open={open} />
        </Section>
      </div>
    </div>
  );
}

const Exactness = ({ segment }: { segment: Segment }) =>
  segment.status === "live" ? "kept exact as rows change; open a row to see why" : null;
