/** A condition written as a formula that is true or false. */
import { FormulaField } from "../formula/FormulaField.tsx";
import { FormulaHelp } from "../formula/FormulaHelp.tsx";
import type { RowProps } from "./RuleRow.tsx";

export function FormulaRow({ rule, path, context, remove }: RowProps) {
  const { vocabulary, setRule, focusOf, markAt } = context;
  return (
    <div className="rule rule-formula">
      <span className="formula-label">
        formula <FormulaHelp functions={vocabulary.functions} />
      </span>
      <FormulaField
        label="Formula"
        value={String(rule.value ?? "")}
        change={(value) => setRule(path, { ...rule, value })}
        vocabulary={vocabulary}
        mark={markAt(path)}
        placeholder="orders > 0 and spend / orders > 40"
        autoFocus={focusOf(rule) === "next"}
      />
      {remove}
    </div>
  );
}
