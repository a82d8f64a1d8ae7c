/** One condition with what is wrong with it; one that the builder cannot edit is shown and kept. */
import { IconLock } from "@tabler/icons-react";
import { Rule, type RuleProps, useRule } from "react-querybuilder";
import type { TreeRule } from "./adapter.ts";
import { builderContext } from "./context.ts";

export function RuleRow(props: RuleProps) {
  const { problemAt, isIncomplete } = builderContext(props.context);
  const problem = problemAt(props.path);
  const opaque = (props.rule as TreeRule).opaque;
  return (
    <div
      className="rule-line"
      data-wrong={problem ? true : undefined}
      data-incomplete={isIncomplete(props.path) || undefined}
    >
      {opaque === undefined ? <Rule {...props} /> : <Opaque {...props} opaque={opaque} />}
      {problem && (
        <p className="rule-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

function Opaque(props: RuleProps & { opaque: unknown }) {
  const { removeRule } = useRule(props);
  const Remove = props.schema.controls.removeRuleAction;
  return (
    <div className="rule">
      <span className="rule-opaque" title={JSON.stringify(props.opaque)}>
        <IconLock size={14} aria-hidden /> A condition made by the API, kept as it is
      </span>
      <Remove
        path={props.path}
        level={props.path.length}
        schema={props.schema}
        context={props.context}
        handleOnClick={removeRule}
        ruleOrGroup={props.rule}
      />
    </div>
  );
}
