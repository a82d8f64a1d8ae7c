import { IconUserSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Dataset } from "../api/datasets.ts";
import { asProblem } from "../api/http.ts";
import { type Segment, type SegmentMember, segmentMembersQuery } from "../api/segments.ts";
import { fieldsNamed } from "../builder/named.ts";
import { dataColumns } from "../files/columns.tsx";
import { recordId, useShown } from "../parts/deletions.ts";
import { LinkButton } from "../parts/LinkButton.tsx";
import { Empty, Failed, LoadingRows } from "../parts/States.tsx";
import { VirtualTable } from "../parts/VirtualTable.tsx";

interface MembersProps {
  readonly segment: Segment;
  readonly dataset: Dataset;
  readonly open: (key: string) => void;
}

const ALL: readonly string[] = [];
const NONE: readonly SegmentMember[] = [];

export function Members({ segment, dataset, open }: MembersProps) {
  const isShown = useShown();
  const query = useInfiniteQuery(segmentMembersQuery(segment.id, ALL));
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetching } = query;
  const rows = useMemo(
    () => data?.pages.flatMap((page) => page.data).filter(({ key }) => isShown(recordId(dataset.id, key))) ?? [],
    [data, dataset.id, isShown],
  );
  const first = data?.pages[0]?.data ?? NONE;
  const columns = useMemo(() => memberColumns(segment, dataset, first), [segment, dataset, first]);
  if (error && asProblem(error).code !== "segment_computing") {
    return <Failed what="The members could not be listed." error={error} retry={refetch} />;
  }
  if (!data) return <LoadingRows columns={5} />;
  if (rows.length === 0) {
    return (
      <Empty
        icon={<IconUserSearch />}
        title="Nobody matches now"
        action={
          <LinkButton to="/segments/$id/edit" params={{ id: segment.id }} variant="default">
            Change the conditions
          </LinkButton>
        }
      >
        As soon as a row matches, it appears here by itself.
      </Empty>
    );
  }
  return (
    <VirtualTable
      label={`Members of ${segment.name}`}
      columns={columns}
      rows={rows}
      rowKey={({ key }) => key}
      open={({ key }) => open(key)}
      more={hasNextPage && !isFetching ? () => void fetchNextPage() : undefined}
    />
  );
}

/** The key, then what the segment asks about, then the rest. */
function memberColumns(segment: Segment, dataset: Dataset, first: readonly SegmentMember[]) {
  const named = fieldsNamed(segment.query);
  const fields = [...dataset.fields].sort((a, b) => Number(named.has(b.name)) - Number(named.has(a.name)));
  return dataColumns<SegmentMember>({ ...dataset, fields }, first, ({ fields }) => fields);
}
