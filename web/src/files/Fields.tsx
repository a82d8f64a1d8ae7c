/** A dataset's fields: their types can be changed at any time, and computed ones be added. */
import { Button, Modal, Select, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconKey, IconMathFunction, IconPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Dataset, type DatasetField, type FieldType, patchDataset } from "../api/datasets.ts";
import { say, sayProblem } from "../parts/notify.ts";
import { Section } from "../parts/Page.tsx";
import { AddComputed } from "./AddComputed.tsx";
import { TYPES, typeLabel } from "./words.ts";

export function Fields({ dataset, mayWrite }: { dataset: Dataset; mayWrite: boolean }) {
  const [adding, add] = useDisclosure();
  return (
    <Section
      title="Fields"
      aside={
        mayWrite ? (
          <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} />} onClick={add.open}>
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
            <FieldName field={field} isKey={field.name === dataset.key} />
            <FieldTypeOf dataset={dataset} field={field} mayWrite={mayWrite} />
          </div>
        ))}
      </div>
      <Modal opened={adding} onClose={add.close} title="Add a computed field" size="lg" closeOnClickOutside={false}>
        <AddComputed dataset={dataset} close={add.close} />
      </Modal>
    </Section>
  );
}

function FieldName({ field: { name, formula }, isKey }: { field: DatasetField; isKey: boolean }) {
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
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the formula is read by those without a mouse, too */}
          <span className="tag key-tag" tabIndex={0} role="note" aria-label={`Computed: ${formula}`}>
            <IconMathFunction size={11} aria-hidden /> computed
          </span>
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
