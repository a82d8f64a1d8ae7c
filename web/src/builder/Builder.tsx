/** The query as nested groups of conditions, drawn by react-querybuilder with this page's controls. */
import "./builder.css";
import { QueryBuilderMantine } from "@react-querybuilder/mantine";
import { useMemo, useRef } from "react";
import { generateID, QueryBuilder, update } from "react-querybuilder";
import type { Dataset, FieldType } from "../api/datasets.ts";
import { fitTree, type Path, type Tree, type TreeRule, withoutEmptied } from "./adapter.ts";
import type { BuilderContext } from "./context.ts";
import { GroupBody, GroupHeader } from "./Group.tsx";
import { Combinator, NotToggle } from "./GroupControls.tsx";
import { operatorsOf } from "./operators.ts";
import { FieldPicker, OperatorPicker, RemoveButton } from "./RuleControls.tsx";
import { RuleRow } from "./RuleRow.tsx";
import { ValueEditor } from "./ValueEditor.tsx";

interface BuilderProps {
  readonly dataset: Dataset;
  readonly tree: Tree;
  readonly change: (tree: Tree) => void;
  readonly problemAt: (path: Path) => string | null;
  readonly isIncomplete: (path: Path) => boolean;
}

const CONTROLS = {
  rule: RuleRow,
  ruleGroupHeaderElements: GroupHeader,
  ruleGroupBodyElements: GroupBody,
  combinatorSelector: Combinator,
  notToggle: NotToggle,
  fieldSelector: FieldPicker,
  operatorSelector: OperatorPicker,
  valueEditor: ValueEditor,
  removeRuleAction: RemoveButton,
  removeGroupAction: RemoveButton,
};

/** A group may stand in a group, at most this deep. */
const DEPTH = 8;

export function Builder({ dataset, tree, change, problemAt, isIncomplete }: BuilderProps) {
  const fresh = useRef<string | undefined>(undefined);
  const newest = useRef(tree);
  newest.current = tree;
  const fields = useMemo(() => fieldsOf(dataset.fields), [dataset.fields]);
  const context: BuilderContext = useMemo(
    () => ({
      datasetId: dataset.id,
      problemAt,
      isIncomplete,
      setMatchCase: (path, matchCase) => change(update(newest.current, "matchCase", matchCase, [...path]) as Tree),
      isFresh: (rule) => rule?.id !== undefined && rule.id === fresh.current,
    }),
    [dataset.id, problemAt, isIncomplete, change],
  );
  return (
    <QueryBuilderMantine>
      <QueryBuilder
        fields={fields}
        query={tree}
        onQueryChange={(next) => change(withoutEmptied(newest.current, fitTree(next as Tree)))}
        controlElements={CONTROLS}
        context={context}
        getOperators={(_, { fieldData }) => operatorOptions(fieldData.fieldType as FieldType)}
        getDefaultField={(list) => firstChoice(list as { name: string }[], dataset.key)}
        onAddRule={(rule) => {
          const id = generateID();
          fresh.current = id;
          return { ...rule, id } as TreeRule;
        }}
        addRuleToNewGroups
        maxLevels={DEPTH - 1}
        resetOnFieldChange
        resetOnOperatorChange={false}
        listsAsArrays
        suppressStandardClassnames={false}
      />
    </QueryBuilderMantine>
  );
}

const fieldsOf = (fields: Dataset["fields"]) =>
  fields.map(({ name, type }) => ({ name, value: name, label: name, fieldType: type }));

const operatorOptions = (type: FieldType | undefined) =>
  operatorsOf(type ?? "text").map(({ name, label }) => ({ name, value: name, label }));

/** A key is seldom what a segment asks about. */
const firstChoice = (fields: readonly { name: string }[], key: string | null) =>
  fields.find(({ name }) => name !== key)?.name ?? fields[0]?.name ?? "";
