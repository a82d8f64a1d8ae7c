/** A value, or several, with the control that the type and the operator ask for. */
import { ActionIcon, Select, Tooltip } from "@mantine/core";
import { IconLetterCase } from "@tabler/icons-react";
import type { FieldType } from "../../api/datasets.ts";
import { arityOf, hasCase } from "../operators.ts";
import { FIRST_SPAN, isSpan, periods } from "../time.ts";
import { DateValue } from "./DateValue.tsx";
import { NumberValue } from "./NumberValue.tsx";
import { SpanValue } from "./SpanValue.tsx";
import { ManyValues, TextValue } from "./TextValue.tsx";

export interface OneValueProps {
  readonly label: string;
  readonly value: unknown;
  readonly change: (value: unknown) => void;
}

interface ValueFieldsProps {
  readonly type: FieldType;
  readonly operator: string;
  readonly value: unknown;
  readonly change: (value: unknown) => void;
  readonly matchCase: boolean;
  readonly setMatchCase: (matchCase: boolean) => void;
  /** Where values are suggested from. */
  readonly datasetId: string;
  readonly field: string;
}

export function ValueFields(props: ValueFieldsProps) {
  const { type, operator, value, change, matchCase, setMatchCase, datasetId, field } = props;
  const arity = arityOf(operator);
  if (arity === "none") return <span className="rule-value" />;
  const one = (label: string, item: unknown, set: (value: unknown) => void) => {
    if (type === "number") return <NumberValue label={label} value={item} change={set} />;
    if (type === "date" || type === "datetime") return <DateValue label={label} value={item} change={set} />;
    return <TextValue label={label} value={item} change={set} datasetId={datasetId} field={field} />;
  };
  const [low, high] = Array.isArray(value) ? value : [];
  return (
    <span className="rule-value" data-arity={arity}>
      {arity === "one" && one("Value", value, change)}
      {arity === "two" && (
        <>
          {one("From", low, (item) => change([item, high ?? ""]))}
          <span className="group-word">and</span>
          {one("To", high, (item) => change([low ?? "", item]))}
        </>
      )}
      {arity === "many" && (
        <ManyValues label="Values" value={value} change={change} datasetId={datasetId} field={field} />
      )}
      {arity === "span" && (
        <SpanValue label="Length" value={isSpan(value) ? value : FIRST_SPAN} change={change} type={type} />
      )}
      {arity === "period" && <PeriodValue label="Period" value={value} change={change} />}
      {hasCase(type, operator) && <CaseToggle isOn={matchCase} set={setMatchCase} />}
    </span>
  );
}

function PeriodValue({ label, value, change }: OneValueProps) {
  return (
    <Select
      className="value-period"
      aria-label={label}
      placeholder="period"
      data={[...periods]}
      value={typeof value === "string" && value !== "" ? value : null}
      onChange={(period) => period && change(period)}
      allowDeselect={false}
      maxDropdownHeight={400}
    />
  );
}

function CaseToggle({ isOn, set }: { isOn: boolean; set: (isOn: boolean) => void }) {
  return (
    <Tooltip label={isOn ? "Upper and lower case are told apart" : "Match case"}>
      <ActionIcon
        className="match-case"
        variant={isOn ? "light" : "subtle"}
        color={isOn ? undefined : "gray"}
        aria-label="Match case"
        aria-pressed={isOn}
        onClick={() => set(!isOn)}
      >
        <IconLetterCase size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
