/** One segment: how many are in it now, who they are, who came and went, and where it flows. */
import "./segments.css";
import { IconPencil } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type Dataset, datasetQuery } from "../api/datasets.ts";
import { type Segment, segmentQuery } from "../api/segments.ts";
import { RecordDrawer } from "../files/RecordDrawer.tsx";
import { useMoves } from "../live/moves.ts";
import { Count } from "../parts/Count.tsx";
import { formatCount, formatShare } from "../parts/format.ts";
import { LinkButton } from "../parts/LinkButton.tsx";
import { Page, Section } from "../parts/Page.tsx";
import { Sparkline } from "../parts/Sparkline.tsx";
import { Failed, LoadingRows } from "../parts/States.tsx";
import { Status } from "../parts/Status.tsx";
import { useMay } from "../parts/useRole.ts";
import { When } from "../parts/When.tsx";
import { Activity } from "./Activity.tsx";
import { Computing } from "./Computing.tsx";
import { Members } from "./Members.tsx";
import { SegmentMenu } from "./SegmentMenu.tsx";
import { SegmentSyncs } from "./SegmentSyncs.tsx";
import { Verify } from "./Verify.tsx";
import { segmentTone, segmentWord } from "./words.ts";

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
  const { record } = route.useSearch();
  const navigate = route.useNavigate();
  const mayWrite = useMay("analyst");
  const show = (key: string | undefined) => void navigate({ search: { record: key }, resetScroll: false });
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
      <Head segment={segment} dataset={dataset} />
      <Computing segment={segment} mayWrite={mayWrite} />
      <div className="segment-body">
        <Section title="Members" aside={<Exactness segment={segment} />}>
          <Members segment={segment} dataset={dataset} open={show} />
        </Section>
        <div className="segment-side">
          <Section title="Flows to">
            <SegmentSyncs segment={segment} dataset={dataset} />
          </Section>
          <Section title="Came and went">
            <Activity segmentId={segment.id} open={show} />
          </Section>
        </div>
      </div>
      <RecordDrawer dataset={dataset} recordKey={record} close={() => show(undefined)} />
    </Page>
  );
}

function Head({ segment, dataset }: { segment: Segment; dataset: Dataset }) {
  const points = useMoves(segment.id);
  return (
    <div className="segment-head">
      <div className="segment-number">
        <Count value={segment.member_count} size="hero" stale={segment.status !== "live"} label="members" />
        <p className="faint">
          of {formatCount(dataset.record_count)} · <b>{formatShare(segment.member_count, dataset.record_count)}</b>
        </p>
        <p className="segment-state">
          <Status tone={segmentTone(segment)}>{segmentWord(segment)}</Status>
          <span className="faint">
            computed <When at={segment.computed_at} />
          </span>
          <Sparkline points={points} width={96} />
        </p>
      </div>
      <div className="segment-meaning">
        <p className="sentence segment-sentence">{segment.words || `All rows of ${dataset.name}`}</p>
        {segment.description && <p className="faint">{segment.description}</p>}
        <p className="row segment-facts">
          {segment.tags.map((tag) => (
            <Link key={tag} to="/segments" search={{ tag }} className="tag">
              {tag}
            </Link>
          ))}
          <span className="faint">
            over{" "}
            <Link to="/files/$id" params={{ id: dataset.id }} search={{}} className="link">
              {dataset.name}
            </Link>
            , made <When at={segment.created_at} />
            {segment.created_by && ` by ${segment.created_by.email}`}, version {segment.version}
          </span>
        </p>
      </div>
    </div>
  );
}

const Exactness = ({ segment }: { segment: Segment }) =>
  segment.status === "live" ? "kept exact as rows change" : null;
