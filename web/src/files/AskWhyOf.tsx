/** Why a record is in a segment or not, for any segment of its file. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Dataset } from "../api/datasets.ts";
import { segmentQuery } from "../api/segments.ts";
import { SegmentPicker } from "../builder/SegmentPicker.tsx";
import { Why } from "../segments/Why.tsx";

export function AskWhyOf({ dataset, recordKey }: { dataset: Dataset; recordKey: string }) {
  const [id, setId] = useState("");
  const { data } = useQuery({ ...segmentQuery(id), enabled: id !== "" });
  if (dataset.segment_count === 0) return null;
  return (
    <div className="stack">
      <SegmentPicker
        label="Why in or out of"
        placeholder="Why is it in or out of …"
        datasetId={dataset.id}
        value={id}
        change={setId}
      />
      {data && <Why segmentId={id} segmentName={data.name} recordKey={recordKey} />}
    </div>
  );
}
