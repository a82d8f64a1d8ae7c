/** A dataset's fields: their types can be changed at any time, and computed ones be added. */
import { Button, Modal, Select, Tooltip, UnstyledButton } from "@mantine/core";
import { IconKey, IconMathFunction, IconPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Dataset, type DatasetField, type FieldType, patchDataset } from "../api/datasets.ts";
import { say, sayProblem } from "../parts/notify.ts";
import { Section } from "../parts/Page.tsx";
import { ComputedForm } from "./ComputedForm.tsx";
import { TYPES, typeLabel } from "./words.ts";

export function Fields({ dataset, mayWrite }: { dataset: Dataset; mayWrite: boolean }) {
  /** The computed field whose formula is open; "new" for one that is being added. */
  const [open, setOpen] = useState<DatasetField | "new" | null>(null);
  const close = () => setOpen(null);
  return (
    <Section
      title="Fields"
      aside={
        mayWrite ? (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            onClick={() => setOpen("new")}
          >
            Add a computed field
          </Button>
        ) : (
          `${dataset.fields.length}`
        )
      }
    >
      <div className="fields">
        {dataset.fields.map((field) => (
          <div className="fields-row" key={field.name}>
            <FieldName
              field={field}
              isKey={field.name === dataset.key}
              edit={mayWrite ? () => setOpen(field) : undefined}
            />
            <FieldTypeOf dataset={dataset} field={field} mayWrite={mayWrite} />
          </div>
        ))}
      </div>
      <Modal
        opened={open !== null}
        onClose={close}
        title={open === "new" ? "Add a computed field" : `How ${open?.name ?? "it"} is computed`}
        size="lg"
        closeOnClickOutside={false}
      >
        <ComputedForm dataset={dataset} field={open === "new" ? undefined : (open ?? undefined)} close={close} />
      </Modal>
    </Section>
  );
}

interface FieldNameProps {
  readonly field: DatasetField;
  readonly isKey: boolean;
  readonly edit: (() => void) | undefined;
}

function FieldName({ field: { name, formula }, isKey, edit }: FieldNameProps) {
  return (
    <span className="fields-name">
      {name}
      {isKey && (
        <span className="tag key-tag">
          <IconKey size={11} aria-hidden /> key
        </span>
      )}
      {formula && (
        <Tooltip label={formula} ff="monospace" events={{ hover: true, focus: true, touch: true }}>
          <UnstyledButton className="tag key-tag" fz={11} onClick={edit} aria-label={`Computed: ${formula}`}>
            <IconMathFunction size={11} aria-hidden /> computed
          </UnstyledButton>
        </Tooltip>
      )}
    </span>
  );
}

interface FieldTypeOfProps {
  readonly dataset: Dataset;
  readonly field: DatasetField;
  readonly mayWrite: boolean;
}

function FieldTypeOf({ dataset, field: { name, type, formula }, mayWrite }: FieldTypeOfProps) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (next: FieldType) => patchDataset(dataset.id, { fields: [{ name, type: next }] }),
    onSuccess: (changed, next) => {
      client.setQueryData(["dataset", dataset.id], changed);
      void client.invalidateQueries({ queryKey: ["language"] });
      say(`${name} is read as ${typeLabel(next).toLowerCase()} now`);
    },
    onError: (error) => sayProblem(`The type of ${name} did not change`, error),
  });
  if (!mayWrite || formula || name === dataset.key) return <span className="faint">{typeLabel(type)}</span>;
  return (
    <Select
      aria-label={`Type of ${name}`}
      size="xs"
      variant="unstyled"
      data={[...TYPES]}
      value={type}
      allowDeselect={false}
      onChange={(next) => next && next !== type && change.mutate(next as FieldType)}
    />
  );
}
