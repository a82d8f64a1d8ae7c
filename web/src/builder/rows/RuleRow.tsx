/** One rule with what is wrong with it, drawn as what it is. */
import { Rule, type RuleProps, useRule } from "react-querybuilder";
import { builderContext } from "../context.ts";
import type { TreeRule } from "../tree.ts";
import { FormulaRow } from "./FormulaRow.tsx";
import { OpaqueRow } from "./OpaqueRow.tsx";
import { RelatedRow } from "./RelatedRow.tsx";
import { SegmentRow } from "./SegmentRow.tsx";

export interface RowProps {
  readonly rule: TreeRule;
  readonly path: readonly number[];
  readonly context: ReturnType<typeof builderContext>;
  readonly remove: React.ReactNode;
}

const ROWS = { related: RelatedRow, segment: SegmentRow, formula: FormulaRow, opaque: OpaqueRow };

/** Rows that place what is wrong with them. */
const TELL_THEMSELVES = new Set<TreeRule["kind"]>(["related", "formula"]);

export function RuleRow(props: RuleProps) {
  const { path } = props;
  const context = builderContext(props.context);
  const rule = props.rule as unknown as TreeRule;
  const mark = context.markAt(path);
  const Row = rule.kind && ROWS[rule.kind];
  return (
    <div
      className="rule-line"
      data-kind={rule.kind ?? "field"}
      data-wrong={mark ? true : undefined}
      data-incomplete={context.isIncomplete(path) || undefined}
    >
      {Row ? <Row rule={rule} path={path} context={context} remove={<Remove {...props} />} /> : <Rule {...props} />}
      {mark && !TELL_THEMSELVES.has(rule.kind) && <Problem>{mark.detail}</Problem>}
    </div>
  );
}

export function Problem({ children }: { children: string }) {
  return (
    <p className="rule-problem" role="alert">
      {children}
    </p>
  );
}

function Remove(props: RuleProps) {
  const { removeRule } = useRule(props);
  const Button = props.schema.controls.removeRuleAction;
  const { path, schema, context, rule } = props;
  return (
    <Button
      path={path}
      level={path.length}
      schema={schema}
      context={context}
      handleOnClick={removeRule}
      ruleOrGroup={rule}
    />
  );
}
