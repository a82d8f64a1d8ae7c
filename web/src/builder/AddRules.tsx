/** What can be added to a group. */
import { Button, Menu } from "@mantine/core";
import { IconChevronDown, IconMathFunction, IconPlus, IconTable, IconUsersGroup } from "@tabler/icons-react";
import { useRef } from "react";
import type { RuleGroupProps, UseRuleGroup } from "react-querybuilder";
import { builderContext } from "./context.ts";
import { FORMULA, relatedSubject, SEGMENT } from "./subjects.ts";

export function AddRules({ group }: { group: RuleGroupProps & UseRuleGroup }) {
  const canNest = group.schema.maxLevels > group.path.length;
  const isEmptyWhere = builderContext(group.context).depth > 0 && group.ruleGroup.rules.length === 0;
  return (
    <div className="group-add">
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} />}
        onClick={(event) => group.addRule(event)}
        data-add-condition
      >
        {isEmptyWhere ? "Where…" : "Condition"}
      </Button>
      {canNest && !isEmptyWhere && (
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
      {!isEmptyWhere && <More group={group} />}
    </div>
  );
}

function More({ group }: { group: RuleGroupProps & UseRuleGroup }) {
  const { related } = builderContext(group.context).vocabulary;
  // Added when the menu is gone: it gives the focus back as it closes, and the new rule is to have it.
  const chosen = useRef<string>(undefined);
  const item = (subject: string, label: string, icon: React.ReactNode) => (
    <Menu.Item key={subject} leftSection={icon} onClick={() => (chosen.current = subject)}>
      {label}
    </Menu.Item>
  );
  return (
    <Menu
      position="bottom-start"
      width={216}
      transitionProps={{
        duration: 80,
        onExited: () => {
          if (chosen.current !== undefined) group.addRule(undefined, chosen.current);
          chosen.current = undefined;
        },
      }}
    >
      <Menu.Target>
        <Button variant="subtle" color="gray" size="compact-sm" rightSection={<IconChevronDown size={14} />}>
          More
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {related.length > 0 && <Menu.Label>Related records</Menu.Label>}
        {related.map(({ name }) => item(relatedSubject(name), name, <IconTable size={15} />))}
        {related.length > 0 && <Menu.Divider />}
        {item(SEGMENT, "In a segment", <IconUsersGroup size={15} />)}
        {item(FORMULA, "Formula", <IconMathFunction size={15} />)}
      </Menu.Dropdown>
    </Menu>
  );
}
