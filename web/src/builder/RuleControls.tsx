/** The operator, and the way out. */
import { ActionIcon, Select } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import type { ActionProps, OperatorSelectorProps } from "react-querybuilder";
import type { FieldType } from "../api/datasets.ts";
import { builderContext } from "./context.ts";
import { operatorsOf } from "./operators.ts";
import type { TreeRule } from "./tree.ts";

export function OperatorPicker({ value, handleOnChange, fieldData, context, rule }: OperatorSelectorProps) {
  const type = (fieldData?.fieldType as FieldType | undefined) ?? "text";
  const isNext = builderContext(context).focusOf(rule as unknown as TreeRule) === "next";
  return <OperatorSelect value={value ?? ""} change={handleOnChange} type={type} autoFocus={isNext} />;
}

interface OperatorSelectProps {
  readonly type: FieldType;
  readonly value: string;
  readonly change: (operator: string) => void;
  readonly autoFocus?: boolean;
}

export function OperatorSelect({ type, value, change, autoFocus = false }: OperatorSelectProps) {
  return (
    <Select
      className="rule-operator"
      aria-label="Operator"
      data={operatorsOf(type, value).map(({ name, label }) => ({ value: name, label }))}
      value={value}
      onChange={(name) => name && change(name)}
      allowDeselect={false}
      autoFocus={autoFocus}
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
