/** Field, operator, and the way out. */
import { ActionIcon, Select } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import type { ActionProps, FieldSelectorProps, OperatorSelectorProps } from "react-querybuilder";
import type { FieldType } from "../api/datasets.ts";
import type { TreeRule } from "./adapter.ts";
import { builderContext } from "./context.ts";
import { operatorsOf } from "./operators.ts";

export function FieldPicker({ options, value, handleOnChange, context, rule }: FieldSelectorProps) {
  const names = (options as { name: string }[]).map(({ name }) => name);
  const known = !value || names.includes(value);
  const isFresh = builderContext(context).isFresh(rule as TreeRule | undefined);
  return (
    <Select
      className="rule-field"
      aria-label="Field"
      data={known ? names : [...names, value]}
      value={value ?? null}
      onChange={(name) => name && handleOnChange(name)}
      searchable
      selectFirstOptionOnChange
      allowDeselect={false}
      autoFocus={isFresh}
      defaultDropdownOpened={isFresh}
      onFocus={(event) => event.currentTarget.select()}
      nothingFoundMessage="No such field"
      maxDropdownHeight={320}
    />
  );
}

export function OperatorPicker({ value, handleOnChange, fieldData }: OperatorSelectorProps) {
  const choices = operatorsOf((fieldData?.fieldType as FieldType | undefined) ?? "text", value);
  return (
    <Select
      className="rule-operator"
      aria-label="Operator"
      data={choices.map(({ name, label }) => ({ value: name, label }))}
      value={value ?? null}
      onChange={(name) => name && handleOnChange(name)}
      allowDeselect={false}
      maxDropdownHeight={400}
    />
  );
}

export function RemoveButton({ handleOnClick, title, path }: ActionProps) {
  return (
    <ActionIcon
      className="rule-remove"
      variant="subtle"
      color="gray"
      aria-label={title ?? `Remove condition ${(path.at(-1) ?? 0) + 1}`}
      onClick={(event) => handleOnClick(event)}
    >
      <IconX size={15} />
    </ActionIcon>
  );
}
