/** A condition written as a formula that is true or false. */
import { FormulaField } from "../formula/FormulaField.tsx";
import { FormulaHelp } from "../formula/FormulaHelp.tsx";
import { FormulaProblem } from "../formula/FormulaProblem.tsx";
import type { RowProps } from "./RuleRow.tsx";

export function FormulaRow({ rule, path, context, remove }: RowProps) {
  const { vocabulary, setRule, focusOf, markAt } = context;
  const mark = markAt(path);
  const value = String(rule.value ?? "");
  const change = (formula: string) => setRule(path, { ...rule, value: formula });
  return (
    <div className="rule rule-formula">
      <span className="formula-label">
        formula <FormulaHelp functions={vocabulary.functions} />
      </span>
      <FormulaField
        label="Formula"
        value={value}
        change={change}
        vocabulary={vocabulary}
        mark={mark}
        placeholder="orders > 0 and spend / orders > 40"
        autoFocus={focusOf(rule) === "next"}
      />
      {remove}
      {mark && <FormulaProblem mark={mark} value={value} change={change} />}
    </div>
  );
}
