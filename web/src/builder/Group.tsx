/** A group: what of its conditions must hold, and the conditions. */
import { RuleGroupBodyComponents, type RuleGroupProps, type UseRuleGroup } from "react-querybuilder";
import { AddRules } from "./AddRules.tsx";
import { builderContext } from "./context.ts";
import { Problem } from "./rows/RuleRow.tsx";

type GroupParts = RuleGroupProps & UseRuleGroup;

export function GroupHeader(group: GroupParts) {
  const { combinatorSelector: Combinator, notToggle: Not, removeGroupAction: Remove } = group.schema.controls;
  const common = { path: group.path, level: group.path.length, schema: group.schema, context: group.context };
  const { rules, not } = group.ruleGroup;
  const isWhere = isOutermost(group) && builderContext(group.context).depth > 0;
  // Of one condition, all is any: the word alone says it.
  if (isWhere && rules.length < 2 && !not && group.combinator === "and") {
    return rules.length === 0 ? null : <span className="group-word">where</span>;
  }
  return (
    <>
      <span className="group-word">{isWhere ? "where" : "Match"}</span>
      <Combinator
        {...common}
        options={group.schema.combinators}
        value={group.combinator}
        handleOnChange={group.onCombinatorChange}
        rules={rules}
        ruleGroup={group.ruleGroup}
      />
      <span className="group-word">of</span>
      <Not {...common} checked={!!not} handleOnChange={group.onNotToggleChange} ruleGroup={group.ruleGroup} />
      {!isOutermost(group) && (
        <Remove
          {...common}
          className="rule-remove"
          title="Remove this group"
          handleOnClick={group.removeGroup}
          ruleOrGroup={group.ruleGroup}
          rules={rules}
        />
      )}
    </>
  );
}

export function GroupBody(group: GroupParts) {
  const mark = builderContext(group.context).markAt(group.path);
  return (
    <>
      <RuleGroupBodyComponents {...group} />
      {mark && !isOutermost(group) && <Problem>{mark.detail}</Problem>}
      <AddRules group={group} />
    </>
  );
}

const isOutermost = ({ path }: GroupParts) => path.length === 0;
