/** What is live: segments that moved, files that came in, syncs and their state. */
import "../segments/segments.css";
import { IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { Syncs } from "../activation/Syncs.tsx";
import { destinationsQuery, syncsQuery } from "../api/activation.ts";
import { type Dataset, datasetsQuery } from "../api/datasets.ts";
import { isUnderWay } from "../api/imports.ts";
import { type Segment, segmentsQuery } from "../api/segments.ts";
import { NoFiles } from "../files/Files.tsx";
import { importTone, importWord } from "../files/words.ts";
import { useMoves } from "../live/moves.ts";
import { Count } from "../parts/Count.tsx";
import { useShown } from "../parts/deletions.ts";
import { formatCount, formatShare } from "../parts/format.ts";
import { LinkButton } from "../parts/LinkButton.tsx";
import { Page, Section } from "../parts/Page.tsx";
import { Sparkline } from "../parts/Sparkline.tsx";
import { Failed, LoadingRows } from "../parts/States.tsx";
import { Status } from "../parts/Status.tsx";
import { useMay } from "../parts/useRole.ts";
import { rowKeys } from "../parts/VirtualTable.tsx";
import { When } from "../parts/When.tsx";
import "./home.css";

export function Home() {
  const datasets = useQuery(datasetsQuery);
  const segments = useInfiniteQuery(segmentsQuery({}));
  const syncs = useQuery(syncsQuery());
  const destinations = useQuery(destinationsQuery);
  const isShown = useShown();
  const mayWrite = useMay("analyst");
  const error = datasets.error ?? segments.error;
  const moved = useMemo(
    () => lastMoved(segments.data?.pages.flatMap((page) => page.data).filter(({ id }) => isShown(id)) ?? []),
    [segments.data, isShown],
  );
  const files = datasets.data?.data.filter(({ id }) => isShown(id));
  return (
    <Page
      title="Home"
      actions={
        mayWrite &&
        files &&
        files.length > 0 && (
          <LinkButton to="/segments/new" search={{}} leftSection={<IconPlus size={15} />} data-new>
            New segment
          </LinkButton>
        )
      }
    >
      {error && <Failed what="The overview could not be shown." error={error} retry={() => void datasets.refetch()} />}
      {(!files || !segments.data) && !error && <LoadingRows />}
      {files?.length === 0 && <NoFiles mayWrite={mayWrite} />}
      {files && files.length > 0 && segments.data && (
        <>
          <Section title="Segments that moved last">
            {moved.length === 0 ? (
              <p className="faint quiet-line">
                No segment yet.{" "}
                <Link to="/segments/new" search={{}} className="link">
                  Build the first one
                </Link>{" "}
                over your data.
              </p>
            ) : (
              <div className="movers">
                {moved.map((segment) => (
                  <Mover
                    key={segment.id}
                    segment={segment}
                    dataset={files.find(({ id }) => id === segment.dataset_id)}
                  />
                ))}
              </div>
            )}
          </Section>
          <Section title="Syncs">
            <Syncs syncs={syncs.data?.data} destinations={destinations.data?.data ?? []} />
          </Section>
          <Section title="Files">
            <Sources datasets={files} />
          </Section>
        </>
      )}
    </Page>
  );
}

const SHOWN = 6;

function lastMoved(segments: readonly Segment[]): readonly Segment[] {
  return [...segments]
    .sort((a, b) => (b.computed_at ?? "").localeCompare(a.computed_at ?? ""))
    .slice(0, SHOWN)
    .sort((a, b) => a.name.localeCompare(b.name));
}

function Mover({ segment, dataset }: { segment: Segment; dataset: Dataset | undefined }) {
  const points = useMoves(segment.id);
  const total = dataset?.record_count ?? 0;
  return (
    <Link to="/segments/$id" params={{ id: segment.id }} search={{}} className="mover">
      <span className="mover-name">{segment.name}</span>
      <span className="mover-number">
        <Count value={segment.member_count} size="large" stale={segment.status !== "live"} />
        <Sparkline points={points} width={72} height={24} />
      </span>
      <span className="mover-note faint">
        {formatShare(segment.member_count, total)} of {formatCount(total)} · <When at={segment.computed_at} />
      </span>
    </Link>
  );
}

function Sources({ datasets }: { datasets: readonly Dataset[] }) {
  const navigate = useNavigate();
  return (
    <table className="table" aria-label="Files">
      <thead>
        <tr>
          <th>Name</th>
          <th>Last import</th>
          <th data-align="right">Rows</th>
        </tr>
      </thead>
      <tbody>
        {datasets.map(({ id, name, record_count, last_import: last }) => {
          const open = () => void navigate({ to: "/files/$id", params: { id }, search: {} });
          return (
            <tr key={id} data-open tabIndex={0} onClick={open} onKeyDown={(event) => rowKeys(event, open)}>
              <td className="title">{name}</td>
              <td>
                {last ? (
                  <>
                    <Status tone={importTone(last)}>{importWord(last)}</Status>{" "}
                    <span className="faint">
                      {isUnderWay(last.status) ? (
                        `${Math.floor(last.progress * 100)} %`
                      ) : (
                        <When at={last.finished_at} />
                      )}
                    </span>
                  </>
                ) : (
                  <span className="faint">by API</span>
                )}
              </td>
              <td data-align="right">
                <Count value={record_count} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
