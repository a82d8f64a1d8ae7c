import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { type Dataset, datasetQuery } from "../api/datasets.ts";
import { languageQuery } from "../api/language.ts";
import { patchSegment, type Segment, segmentQuery } from "../api/segments.ts";
import { Page } from "../parts/Page.tsx";
import { Failed, LoadingRows } from "../parts/States.tsx";
import { SegmentForm } from "./SegmentForm.tsx";
import type { Draft } from "./useDraft.ts";
import { sameJson } from "./values.ts";

const route = getRouteApi("/app/segments/$id/edit");

export function EditSegment() {
  const { id } = route.useParams();
  // Editing begins with what is saved now, not with what the page remembers.
  const segment = useQuery({ ...segmentQuery(id), retry: false, refetchOnMount: "always" });
  const dataset = useQuery({ ...datasetQuery(segment.data?.dataset_id ?? ""), enabled: segment.data !== undefined });
  // Known before the first drawing, so that no control is drawn as another.
  const language = useQuery({ ...languageQuery(dataset.data?.id ?? ""), enabled: dataset.data !== undefined });
  const error = segment.error ?? dataset.error;
  if (segment.data && segment.isFetchedAfterMount && dataset.data && !language.isLoading)
    return <Form key={id} segment={segment.data} dataset={dataset.data} />;
  return (
    <Page title="Edit segment" crumbs={[{ label: "Segments", to: "/segments" }]}>
      {error ? <Failed what="This segment cannot be edited." error={error} /> : <LoadingRows />}
    </Page>
  );
}

function Form({ segment, dataset }: { segment: Segment; dataset: Dataset }) {
  const navigate = route.useNavigate();
  const client = useQueryClient();
  // As it was when the editing began: what somebody else saves meanwhile is not written over unseen.
  const [{ start, version }] = useState(() => ({ start: draftOf(segment), version: segment.version }));
  const back = () => void navigate({ to: "/segments/$id", params: { id: segment.id }, search: {} });
  const save = async (draft: Draft) => {
    const changed = await patchSegment(segment.id, version, changes(start, draft));
    client.setQueryData(["segment", segment.id], changed);
    for (const key of [["segments"], ["members", segment.id], ["activity", segment.id], ["plan", segment.id]]) {
      void client.invalidateQueries({ queryKey: key });
    }
    return back;
  };
  const { name } = segment;
  return (
    <SegmentForm
      title={`Edit ${name}`}
      crumbs={[
        { label: "Segments", to: "/segments" },
        { label: name, to: `/segments/${segment.id}` },
      ]}
      dataset={dataset}
      segmentId={segment.id}
      start={start}
      save={save}
      cancel={back}
    />
  );
}

const draftOf = ({ name, description, tags, owner_id, query }: Segment): Draft => ({
  name,
  description: description ?? "",
  tags,
  owner_id,
  query,
});

/** Just the parts that differ. */
function changes(before: Draft, after: Draft): Partial<Draft> {
  const differing = Object.entries(after).filter(([part, value]) => !sameJson(value, before[part as keyof Draft]));
  return Object.fromEntries(differing);
}
