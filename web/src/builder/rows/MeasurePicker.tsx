import { Select } from "@mantine/core";
import { AGGREGATES, type Measure, QUANTIFIERS } from "../measures.ts";

const choices = (words: typeof QUANTIFIERS) => words.map(({ name, label }) => ({ value: name, label }));

const CHOICES = [
  { group: "How many", items: choices(QUANTIFIERS) },
  { group: "A figure of them", items: choices(AGGREGATES) },
];

interface MeasurePickerProps {
  readonly measure: Measure;
  readonly change: (measure: Measure) => void;
  readonly autoFocus: boolean;
}

export function MeasurePicker({ measure, change, autoFocus }: MeasurePickerProps) {
  return (
    <Select
      className="rule-operator"
      aria-label="Which of them"
      data={CHOICES}
      value={measure}
      onChange={(name) => name && change(name as Measure)}
      allowDeselect={false}
      autoFocus={autoFocus}
      maxDropdownHeight={480}
    />
  );
}
