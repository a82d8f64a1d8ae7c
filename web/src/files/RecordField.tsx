/** One value of a record: press it to change it, Enter saves, Escape leaves it as it was. */
import { TextInput, UnstyledButton } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import type { Dataset, DatasetField } from "../api/datasets.ts";
import { type DataRecord, type Value as DataValue, patchRecord } from "../api/records.ts";
import { sayProblem } from "../parts/notify.ts";
import { Value } from "../parts/Value.tsx";
import { readValue, writeValue } from "./recordValue.ts";

interface RecordFieldProps {
  readonly dataset: Dataset;
  readonly record: DataRecord;
  readonly field: DatasetField;
  readonly editable: boolean;
}

export function RecordField({ dataset, record, field, editable }: RecordFieldProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const save = useSave(dataset, record);
  const value = record.data[field.name] ?? null;
  const finish = () => {
    if (draft !== null && draft !== writeValue(value)) save.mutate({ [field.name]: readValue(draft, field.type) });
    setDraft(null);
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Enter") finish();
    if (event.key !== "Escape") return;
    event.stopPropagation();
    setDraft(null);
  };
  return (
    <div className="record-field">
      <dt>{field.name}</dt>
      <dd>
        {draft === null ? (
          <UnstyledButton
            className="record-value"
            disabled={!editable}
            aria-label={`Change ${field.name}`}
            onClick={() => setDraft(writeValue(value))}
          >
            <Value value={value} type={field.type} />
          </UnstyledButton>
        ) : (
          <TextInput
            aria-label={field.name}
            value={draft}
            autoFocus
            onFocus={(event) => event.currentTarget.select()}
            onChange={(event) => setDraft(event.currentTarget.value)}
            onBlur={finish}
            onKeyDown={keys}
          />
        )}
      </dd>
    </div>
  );
}

/** Shown at once; taken back if the program refuses it. */
function useSave(dataset: Dataset, record: DataRecord) {
  const client = useQueryClient();
  const key = ["record", dataset.id, record.key];
  return useMutation({
    mutationFn: (data: Record<string, DataValue>) => patchRecord(dataset.id, record.key, data),
    onMutate: (data) => client.setQueryData(key, { ...record, data: { ...record.data, ...data } }),
    onError: (error) => {
      client.setQueryData(key, record);
      sayProblem("Not changed", error);
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: key });
      void client.invalidateQueries({ queryKey: ["records", dataset.id] });
    },
  });
}
