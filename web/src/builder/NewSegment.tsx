import { Select } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type Dataset, datasetsQuery } from "../api/datasets.ts";
import { createSegment } from "../api/segments.ts";
import { NoFiles } from "../files/Files.tsx";
import { Page } from "../parts/Page.tsx";
import { Failed, LoadingRows } from "../parts/States.tsx";
import { useMay } from "../parts/useRole.ts";
import { SegmentForm } from "./SegmentForm.tsx";
import type { Draft } from "./useDraft.ts";

const route = getRouteApi("/app/segments/new");
const CRUMBS = [
  { label: "Segments", to: "/segments" },
  { label: "New", to: "/segments/new" },
];

export function NewSegment() {
  const { dataset: chosen } = route.useSearch();
  const { data, error, refetch } = useQuery(datasetsQuery);
  const mayWrite = useMay("analyst");
  const dataset = data?.data.find(({ id }) => id === chosen) ?? largest(data?.data ?? []);
  if (dataset) return <Form key={dataset.id} dataset={dataset} datasets={data?.data ?? []} />;
  return (
    <Page title="New segment" crumbs={CRUMBS}>
      {error && <Failed what="Your files could not be listed." error={error} retry={refetch} />}
      {!data && !error && <LoadingRows />}
      {data && <NoFiles mayWrite={mayWrite} />}
    </Page>
  );
}

const largest = (datasets: readonly Dataset[]) => [...datasets].sort((a, b) => b.record_count - a.record_count)[0];

function Form({ dataset, datasets }: { dataset: Dataset; datasets: readonly Dataset[] }) {
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const save = async (draft: Draft) => {
    const made = await createSegment({ dataset_id: dataset.id, ...draft, owner_id: draft.owner_id ?? undefined });
    client.setQueryData(["segment", made.id], made);
    void client.invalidateQueries({ queryKey: ["segments"] });
    return () => void navigate({ to: "/segments/$id", params: { id: made.id }, search: {} });
  };
  return (
    <SegmentForm
      title="New segment"
      crumbs={CRUMBS}
      dataset={dataset}
      save={save}
      cancel={() => void navigate({ to: "/segments", search: {} })}
      over={
        <Select
          aria-label="File"
          data={datasets.map(({ id, name }) => ({ value: id, label: name }))}
          value={dataset.id}
          allowDeselect={false}
          onChange={(id) => id && void navigate({ search: { dataset: id } })}
        />
      }
    />
  );
}
