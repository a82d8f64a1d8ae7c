/** A field that is computed from others, new or changed: its name and its formula, checked as it is written. */
import { Button, Group, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type Dataset, type DatasetField, patchDataset } from "../api/datasets.ts";
import { asProblem } from "../api/http.ts";
import { checkFormula } from "../api/language.ts";
import { FormulaField } from "../builder/formula/FormulaField.tsx";
import { FormulaHelp } from "../builder/formula/FormulaHelp.tsx";
import { FormulaProblem } from "../builder/formula/FormulaProblem.tsx";
import { markOf } from "../builder/marks.ts";
import { useVocabulary } from "../builder/useVocabulary.ts";
import { Failed } from "../parts/States.tsx";
import { typeLabel } from "./words.ts";

const PAUSE = 150;

interface ComputedFormProps {
  readonly dataset: Dataset;
  /** The one that is changed. */
  readonly field?: DatasetField | undefined;
  readonly close: () => void;
}

export function ComputedForm({ dataset, field, close }: ComputedFormProps) {
  const [name, setName] = useState(field?.name ?? "");
  const [formula, setFormula] = useState(field?.formula ?? "");
  const vocabulary = useVocabulary(dataset);
  const { type, mark, isChecked } = useCheck(dataset.id, formula);
  const save = useSave(dataset, close);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ name: name.trim(), formula });
  };
  return (
    <form onSubmit={submit} className="stack">
      <TextInput
        label="Name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        placeholder="spend_per_order"
        disabled={field !== undefined}
        data-autofocus={field === undefined || undefined}
      />
      <div>
        <div className="computed-label">
          Formula <FormulaHelp functions={vocabulary.functions} />
        </div>
        <FormulaField
          label="Formula"
          value={formula}
          change={setFormula}
          vocabulary={vocabulary}
          mark={mark}
          placeholder="spend / orders"
          autoFocus={field !== undefined}
        />
        {mark && <FormulaProblem mark={mark} value={formula} change={setFormula} />}
        <p className="faint computed-type" role="status">
          {type && !mark ? `Yields: ${typeLabel(type).toLowerCase()}` : "\u00a0"}
        </p>
      </div>
      {save.error && <Failed what="Not saved." error={save.error} />}
      <Group justify="flex-end">
        <Button type="submit" loading={save.isPending} disabled={name.trim() === "" || !isChecked}>
          {field ? "Save the formula" : "Add the field"}
        </Button>
      </Group>
    </form>
  );
}

/** What the program says of the formula, a moment after the last key. */
function useCheck(datasetId: string, formula: string) {
  const [settled] = useDebouncedValue(formula.trim(), PAUSE);
  const { data, error, isSuccess, isPlaceholderData } = useQuery({
    queryKey: ["formula", datasetId, settled],
    queryFn: ({ signal }) => checkFormula(datasetId, settled, signal),
    enabled: settled !== "",
    placeholderData: keepPreviousData,
    retry: false,
  });
  return {
    type: settled === "" ? undefined : data?.type,
    mark: error && settled !== "" ? markOf(asProblem(error)) : null,
    isChecked: isSuccess && !isPlaceholderData && settled === formula.trim(),
  };
}

function useSave(dataset: Dataset, close: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (field: { name: string; formula: string }) => patchDataset(dataset.id, { fields: [field] }),
    onSuccess: (changed) => {
      client.setQueryData(["dataset", dataset.id], changed);
      for (const key of ["datasets", "language", "records"]) void client.invalidateQueries({ queryKey: [key] });
      close();
    },
  });
}
