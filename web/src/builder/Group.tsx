/** A group: what of its conditions must hold, the conditions, and what can be added. */
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { RuleGroupBodyComponents, type RuleGroupProps, type UseRuleGroup } from "react-querybuilder";
import { builderContext } from "./context.ts";

type GroupParts = RuleGroupProps & UseRuleGroup;

export function GroupHeader(group: GroupParts) {
  const { combinatorSelector: Combinator, notToggle: Not, removeGroupAction: Remove } = group.schema.controls;
  const common = {
    path: group.path,
    level: group.path.length,
    schema: group.schema,
    context: group.context,
  };
  return (
    <>
      <span className="group-word">Match</span>
      <Combinator
        {...common}
        options={group.schema.combinators}
        value={group.combinator}
        handleOnChange={group.onCombinatorChange}
        rules={group.ruleGroup.rules}
        ruleGroup={group.ruleGroup}
      />
      <span className="group-word">of</span>
      <Not
        {...common}
        checked={!!group.ruleGroup.not}
        handleOnChange={group.onNotToggleChange}
        ruleGroup={group.ruleGroup}
      />
      {group.path.length > 0 && (
        <Remove
          {...common}
          className="rule-remove"
          title="Remove this group"
          handleOnClick={group.removeGroup}
          ruleOrGroup={group.ruleGroup}
          rules={group.ruleGroup.rules}
        />
      )}
    </>
  );
}

export function GroupBody(group: GroupParts) {
  const problem = builderContext(group.context).problemAt(group.path);
  const canNest = group.schema.maxLevels > group.path.length;
  return (
    <>
      <RuleGroupBodyComponents {...group} />
      {problem && group.path.length > 0 && (
        <p className="rule-problem" role="alert">
          {problem}
        </p>
      )}
      <div className="group-add">
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={(event) => group.addRule(event)}
          data-add-condition
        >
          Condition
        </Button>
        {canNest && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            onClick={(event) => group.addGroup(event)}
          >
            Group
          </Button>
        )}
      </div>
    </>
  );
}
