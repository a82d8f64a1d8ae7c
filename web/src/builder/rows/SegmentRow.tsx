/** "is in segment Unsubscribed". */
import { Select } from "@mantine/core";
import { SegmentPicker } from "../SegmentPicker.tsx";
import type { RowProps } from "./RuleRow.tsx";

const OPERATORS = [
  { value: "member", label: "is in segment" },
  { value: "not_member", label: "is not in segment" },
];

export function SegmentRow({ rule, path, context, remove }: RowProps) {
  const { vocabulary, self, setRule, focusOf } = context;
  return (
    <div className="rule rule-segment">
      <Select
        className="rule-field"
        aria-label="Operator"
        data={OPERATORS}
        value={rule.operator}
        allowDeselect={false}
        onChange={(operator) => operator && setRule(path, { ...rule, operator })}
      />
      <SegmentPicker
        datasetId={vocabulary.datasetId}
        without={self}
        value={String(rule.value ?? "")}
        change={(value) => setRule(path, { ...rule, value })}
        autoFocus={focusOf(rule) === "next"}
      />
      {remove}
    </div>
  );
}
