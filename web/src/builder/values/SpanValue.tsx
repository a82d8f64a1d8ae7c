/** A length of time: a number and its unit. */
import { NumberInput, Select } from "@mantine/core";
import type { FieldType } from "../../api/datasets.ts";
import { type Span, unitLabel, unitsFor } from "../time.ts";

interface SpanValueProps {
  readonly label: string;
  readonly value: Span;
  readonly change: (span: Span) => void;
  /** Of the date that is measured. */
  readonly type: FieldType;
  readonly autoFocus?: boolean;
}

export function SpanValue({ label, value: { n, unit }, change, type, autoFocus = false }: SpanValueProps) {
  return (
    <span className="span">
      <NumberInput
        className="value-n"
        aria-label={label}
        placeholder="n"
        value={n}
        onChange={(next) => change({ n: next, unit })}
        onFocus={(event) => event.currentTarget.select()}
        autoFocus={autoFocus}
        min={1}
        allowDecimal={false}
        allowNegative={false}
        hideControls
      />
      <Select
        className="value-unit"
        aria-label="Unit"
        data={unitsFor(type, unit).map((value) => ({ value, label: unitLabel(value, n) }))}
        value={unit}
        onChange={(next) => next && change({ n, unit: next })}
        allowDeselect={false}
      />
    </span>
  );
}
