/** A dataset's rows, as many as there are. */

import { IconTable } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Dataset } from "../api/datasets.ts";
import { type DataRecord, recordsQuery } from "../api/records.ts";
import { recordId, useShown } from "../parts/deletions.ts";
import { Empty, Failed, LoadingRows } from "../parts/States.tsx";
import { VirtualTable } from "../parts/VirtualTable.tsx";
import { dataColumns } from "./columns.tsx";

const NONE: readonly DataRecord[] = [];

export function Records({ dataset, open }: { dataset: Dataset; open: (key: string) => void }) {
  const isShown = useShown();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetching } = useInfiniteQuery(recordsQuery(dataset.id));
  const rows = useMemo(
    () => data?.pages.flatMap((page) => page.data).filter(({ key }) => isShown(recordId(dataset.id, key))) ?? [],
    [data, dataset.id, isShown],
  );
  const first = data?.pages[0]?.data ?? NONE;
  const columns = useMemo(() => dataColumns<DataRecord>(dataset, first, ({ data }) => data), [dataset, first]);
  if (error) return <Failed what="The rows could not be shown." error={error} retry={refetch} />;
  if (!data) return <LoadingRows columns={6} />;
  if (rows.length === 0) {
    return (
      <Empty icon={<IconTable />} title="No rows yet">
        They appear here as soon as an import writes them, or a program sends them.
      </Empty>
    );
  }
  return (
    <VirtualTable
      label={`Rows of ${dataset.name}`}
      columns={columns}
      rows={rows}
      rowKey={({ key }) => key}
      open={({ key }) => open(key)}
      more={hasNextPage && !isFetching ? () => void fetchNextPage() : undefined}
      maxHeight={480}
    />
  );
}
