/** The value of a condition, with the control that its field's type and its operator ask for. */
import { ActionIcon, Tooltip } from "@mantine/core";
import { IconLetterCase } from "@tabler/icons-react";
import type { ValueEditorProps } from "react-querybuilder";
import type { FieldType } from "../api/datasets.ts";
import type { TreeRule } from "./adapter.ts";
import { builderContext } from "./context.ts";
import { DateValue } from "./DateValue.tsx";
import { NumberValue } from "./NumberValue.tsx";
import { arityOf, hasCase } from "./operators.ts";
import { ManyValues, TextValue } from "./TextValue.tsx";

export interface OneValueProps {
  readonly label: string;
  readonly value: unknown;
  readonly change: (value: unknown) => void;
}

export function ValueEditor(props: ValueEditorProps) {
  const { field, fieldData, operator, value, handleOnChange, context, path, rule } = props;
  const { datasetId, setMatchCase } = builderContext(context);
  const type = (fieldData?.fieldType as FieldType | undefined) ?? "text";
  const arity = arityOf(operator);
  if (arity === "none") return <span className="rule-value" />;
  const one = (label: string, item: unknown, change: (value: unknown) => void) => {
    if (type === "number") return <NumberValue label={label} value={item} change={change} />;
    if (type === "date" || type === "datetime") return <DateValue label={label} value={item} change={change} />;
    return <TextValue label={label} value={item} change={change} datasetId={datasetId} field={field} />;
  };
  const [low, high] = Array.isArray(value) ? value : [];
  const matchCase = (rule as TreeRule | undefined)?.matchCase ?? false;
  return (
    <span className="rule-value" data-arity={arity}>
      {arity === "one" && one("Value", value, handleOnChange)}
      {arity === "two" && (
        <>
          {one("From", low, (item) => handleOnChange([item, high ?? ""]))}
          <span className="group-word">and</span>
          {one("To", high, (item) => handleOnChange([low ?? "", item]))}
        </>
      )}
      {arity === "many" && (
        <ManyValues label="Values" value={value} change={handleOnChange} datasetId={datasetId} field={field} />
      )}
      {hasCase(type, operator) && (
        <Tooltip label={matchCase ? "Upper and lower case are told apart" : "Match case"}>
          <ActionIcon
            className="match-case"
            variant={matchCase ? "light" : "subtle"}
            color={matchCase ? undefined : "gray"}
            aria-label="Match case"
            aria-pressed={matchCase}
            onClick={() => setMatchCase(path, !matchCase)}
          >
            <IconLetterCase size={16} />
          </ActionIcon>
        </Tooltip>
      )}
    </span>
  );
}
