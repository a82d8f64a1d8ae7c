/** One record: its values, each of which can be changed, and the segments it is in now. */
import "./record.css";
import { Button, Drawer } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Dataset } from "../api/datasets.ts";
import { type DataRecord, deleteRecord, recordQuery } from "../api/records.ts";
import { type Segment, segmentsQuery } from "../api/segments.ts";
import { recordId } from "../parts/deletions.ts";
import { Failed, LoadingRows } from "../parts/States.tsx";
import { deleteWithUndo } from "../parts/undo.tsx";
import { useMay } from "../parts/useRole.ts";
import { When } from "../parts/When.tsx";
import { Why } from "../segments/Why.tsx";
import { AskWhyOf } from "./AskWhyOf.tsx";
import { RecordField } from "./RecordField.tsx";

interface RecordDrawerProps {
  readonly dataset: Dataset;
  readonly recordKey: string | undefined;
  /** Whose members are looked at: why the record is among them or not is said first. */
  readonly segment?: Pick<Segment, "id" | "name">;
  readonly close: () => void;
}

export function RecordDrawer({ dataset, recordKey, segment, close }: RecordDrawerProps) {
  return (
    <Drawer opened={recordKey !== undefined} onClose={close} title={recordKey} size={440}>
      {recordKey !== undefined && <Content {...{ dataset, recordKey, segment, close }} />}
    </Drawer>
  );
}

type ContentProps = RecordDrawerProps & { readonly recordKey: string };

function Content({ dataset, recordKey, segment, close }: ContentProps) {
  const { data, error } = useQuery(recordQuery(dataset.id, recordKey));
  const mayWrite = useMay("analyst");
  const client = useQueryClient();
  if (error) return <Failed what="This record is not there." error={error} />;
  if (!data) return <LoadingRows columns={2} />;
  const remove = () => {
    deleteWithUndo({
      message: `Record ${recordKey} deleted`,
      id: recordId(dataset.id, recordKey),
      run: (keepalive) => deleteRecord(dataset.id, recordKey, keepalive),
      done: () => {
        client.removeQueries({ queryKey: ["record", dataset.id, recordKey] });
        for (const key of [["records", dataset.id], ["dataset", dataset.id], ["members"]]) {
          void client.invalidateQueries({ queryKey: key });
        }
      },
    });
    close();
  };
  return (
    <div className="stack">
      <p className="faint">
        Added <When at={data.created_at} />, changed <When at={data.updated_at} />
      </p>
      {segment && <Why segmentId={segment.id} segmentName={segment.name} recordKey={recordKey} />}
      <InSegments dataset={dataset} record={data} />
      {!segment && <AskWhyOf dataset={dataset} recordKey={recordKey} />}
      <dl className="record">
        {dataset.fields.map((field) => (
          <RecordField
            key={field.name}
            dataset={dataset}
            record={data}
            field={field}
            editable={mayWrite && field.name !== dataset.key && !field.formula}
          />
        ))}
      </dl>
      {mayWrite && (
        <Button variant="subtle" color="red" leftSection={<IconTrash size={15} />} onClick={remove}>
          Delete this record
        </Button>
      )}
    </div>
  );
}

function InSegments({ dataset, record }: { dataset: Dataset; record: DataRecord }) {
  const { data } = useInfiniteQuery(segmentsQuery({ dataset_id: dataset.id }));
  const known = data?.pages.flatMap((page) => page.data) ?? [];
  const names = (record.segments ?? []).map((id) => ({
    id,
    name: known.find((segment) => segment.id === id)?.name ?? id,
  }));
  return (
    <section className="row" aria-label="Segments of this record">
      {names.length === 0 && <span className="faint">In no segment</span>}
      {names.map(({ id, name }) => (
        <Link key={id} to="/segments/$id" params={{ id }} search={{}} className="chip">
          {name}
        </Link>
      ))}
    </section>
  );
}
