/** A field that holds another file's keys, and what either side calls the other. */
import { Button, Group, Select, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type Dataset, patchDataset, type RelationDraft } from "../api/datasets.ts";
import { Failed } from "../parts/States.tsx";
import { looksLikeKeyOf, namesFor } from "./relationNames.ts";

interface AddRelationProps {
  readonly dataset: Dataset;
  readonly others: readonly Dataset[];
  readonly close: () => void;
}

export function AddRelation({ dataset, others, close }: AddRelationProps) {
  const [draft, setDraft] = useState<RelationDraft>(() => likeliest(dataset, others));
  const add = useAdd(dataset, close);
  const keyed = others.filter(({ key }) => key !== null);
  const nameOf = (id: string) => others.find((other) => other.id === id)?.name ?? "";
  /** Names that were suggested follow; names that were typed stay. */
  const choose = (part: Partial<RelationDraft>) => {
    const next = { ...draft, ...part };
    const before = namesFor(draft.field, dataset.name, nameOf(draft.dataset_id));
    const after = namesFor(next.field, dataset.name, nameOf(next.dataset_id));
    const name = draft.name === before.name || draft.name === "" ? after.name : draft.name;
    setDraft({ ...next, name, reverse_name: draft.reverse_name || after.reverse_name });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate({ ...draft, name: draft.name.trim(), reverse_name: draft.reverse_name.trim() });
  };
  const other = nameOf(draft.dataset_id);
  const isWhole = draft.field && other && draft.name.trim() && draft.reverse_name.trim();
  return (
    <form onSubmit={submit} className="stack">
      <div className="relation-pair">
        <Select
          label={`Field of ${dataset.name}`}
          data={dataset.fields.filter(({ formula }) => !formula).map(({ name }) => name)}
          value={draft.field || null}
          onChange={(field) => field && choose({ field })}
          searchable
          data-autofocus
        />
        <Select
          label="holds keys of"
          data={keyed.map(({ id, name }) => ({ value: id, label: name }))}
          value={draft.dataset_id || null}
          onChange={(dataset_id) => dataset_id && choose({ dataset_id })}
          nothingFoundMessage="No file with a key"
        />
      </div>
      <div className="relation-pair">
        <TextInput
          label="A row here calls that one"
          value={draft.name}
          onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
        />
        <TextInput
          label="There, the rows here are called"
          value={draft.reverse_name}
          onChange={(event) => setDraft({ ...draft, reverse_name: event.currentTarget.value })}
        />
      </div>
      {isWhole && (
        <p className="faint">
          Segments of {dataset.name} can then ask about “{draft.name} › …”, and segments of {other} about their{" "}
          {draft.reverse_name}: how many, how recent, what they add up to.
        </p>
      )}
      {add.error && <Failed what="Not added." error={add.error} />}
      <Group justify="flex-end">
        <Button type="submit" loading={add.isPending} disabled={!isWhole}>
          Add relation
        </Button>
      </Group>
    </form>
  );
}

function useAdd(dataset: Dataset, close: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (relation: RelationDraft) => patchDataset(dataset.id, { relations: [relation] }),
    onSuccess: (changed) => {
      client.setQueryData(["dataset", dataset.id], changed);
      for (const key of ["dataset", "datasets", "language"]) void client.invalidateQueries({ queryKey: [key] });
      close();
    },
  });
}

/** The first field that is called like another file's key. */
function likeliest(dataset: Dataset, others: readonly Dataset[]): RelationDraft {
  const taken = dataset.relations.map(({ field }) => field);
  for (const { name: field } of dataset.fields) {
    if (field === dataset.key || taken.includes(field)) continue;
    const other = others.find((candidate) => candidate.id !== dataset.id && looksLikeKeyOf(field, candidate));
    if (other) return { field, dataset_id: other.id, ...namesFor(field, dataset.name, other.name) };
  }
  return { field: "", dataset_id: "", name: "", reverse_name: "" };
}
