/** One tree of conditions over one vocabulary, drawn by react-querybuilder with this page's controls. */
import { useMemo, useRef } from "react";
import { generateID, QueryBuilder } from "react-querybuilder";
import type { FieldType } from "../api/datasets.ts";
import type { BuilderContext, Marks } from "./context.ts";
import { fitTree, withoutEmptied, withRule } from "./edits.ts";
import { GroupBody, GroupHeader } from "./Group.tsx";
import { Combinator, NotToggle } from "./GroupControls.tsx";
import { operatorsOf } from "./operators.ts";
import { OperatorPicker, RemoveButton } from "./RuleControls.tsx";
import { RuleRow } from "./rows/RuleRow.tsx";
import { FieldPicker } from "./SubjectPicker.tsx";
import { isField, ruleAbout } from "./subjects.ts";
import type { Tree, TreeRule } from "./tree.ts";
import { ValueEditor } from "./values/ValueEditor.tsx";
import { namedFields, type Vocabulary } from "./vocabulary.ts";

export interface ConditionsProps extends Marks {
  readonly vocabulary: Vocabulary;
  readonly self: string | undefined;
  readonly depth: number;
  readonly tree: Tree;
  readonly change: (tree: Tree) => void;
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

export function Conditions({ vocabulary, self, depth, tree, change, markAt, isIncomplete }: ConditionsProps) {
  const focus = useRef<{ id: string | undefined; on: "subject" | "next" }>(undefined);
  // Two edits may come before the next drawing: the second is made of the first.
  const newest = useRef(tree);
  newest.current = tree;
  const set = useRef((next: Tree) => change(next));
  set.current = (next) => {
    newest.current = next;
    change(next);
  };
  const fields = useMemo(
    () => namedFields(vocabulary).map(({ name, type }) => ({ name, value: name, label: name, fieldType: type })),
    [vocabulary],
  );
  const context: BuilderContext = useMemo(() => {
    const setRule: BuilderContext["setRule"] = (path, rule) =>
      set.current(fitTree(withRule(newest.current, path, rule)));
    return {
      ...{ vocabulary, self, depth, markAt, isIncomplete, setRule },
      turn: (path, rule) => {
        const id = generateID();
        focus.current = { id, on: "next" };
        setRule(path, { ...rule, id });
      },
      focusOf: (rule) => (rule?.id !== undefined && rule.id === focus.current?.id ? focus.current.on : null),
    };
  }, [vocabulary, self, depth, markAt, isIncomplete]);
  return (
    <QueryBuilder
      fields={fields}
      query={tree}
      onQueryChange={(next) => set.current(withoutEmptied(newest.current, fitTree(next as Tree)))}
      controlElements={CONTROLS}
      context={context}
      getOperators={(_, { fieldData }) => operatorOptions(fieldData?.fieldType as FieldType | undefined)}
      getDefaultField={(list) => firstChoice(list as { name: string }[], vocabulary.key)}
      onAddRule={(rule, _path, _query, subject: unknown) => {
        const id = generateID();
        const isSaid = typeof subject === "string";
        focus.current = { id, on: isSaid && !isField(subject) ? "next" : "subject" };
        return { ...(isSaid ? ruleAbout(subject, vocabulary) : rule), id } as TreeRule;
      }}
      addRuleToNewGroups
      maxLevels={DEPTH - 1 - depth}
      resetOnFieldChange
      resetOnOperatorChange={false}
      listsAsArrays
      suppressStandardClassnames={false}
    />
  );
}

const operatorOptions = (type: FieldType | undefined) =>
  operatorsOf(type ?? "text").map(({ name, label }) => ({ name, value: name, label }));

const firstChoice = (fields: readonly { name: string }[], key: string | null) =>
  fields.find(({ name }) => name !== key)?.name ?? fields[0]?.name ?? "";
