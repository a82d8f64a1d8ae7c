/** What a condition is about: one menu for fields, looked-up fields, related records and the rest. */
import { Select } from "@mantine/core";
import { useMemo } from "react";
import type { FieldSelectorProps } from "react-querybuilder";
import { takeShownOption } from "../parts/shownOption.ts";
import { type BuilderContext, builderContext } from "./context.ts";
import { isField, ruleAbout, subjectChoices, subjectOf } from "./subjects.ts";
import type { TreeRule } from "./tree.ts";
import { labelOf, namedFields } from "./vocabulary.ts";

/** On a condition on a field, where another field is react-querybuilder's to set. */
export function FieldPicker({ handleOnChange, context, rule, path }: FieldSelectorProps) {
  return (
    <SubjectPicker
      rule={rule as unknown as TreeRule}
      path={path}
      context={builderContext(context)}
      setField={handleOnChange}
    />
  );
}

interface SubjectPickerProps {
  readonly rule: TreeRule;
  readonly path: readonly number[];
  readonly context: BuilderContext;
  readonly setField?: (field: string) => void;
}

export function SubjectPicker({ rule, path, context, setField }: SubjectPickerProps) {
  const { vocabulary, turn, focusOf } = context;
  const isFresh = focusOf(rule) === "subject";
  const value = subjectOf(rule);
  const choices = useMemo(() => {
    const known = !isField(value) || namedFields(vocabulary).some(({ name }) => name === value);
    const offered = subjectChoices(vocabulary);
    return known ? offered : [...offered, { value, label: labelOf(value) }];
  }, [vocabulary, value]);
  const choose = (subject: string) => {
    if (subject === value) return;
    if (isField(subject) && setField) setField(subject);
    else turn(path, ruleAbout(subject, vocabulary));
  };
  return (
    <Select
      className="rule-field"
      aria-label="Field"
      data={choices}
      value={value}
      onChange={(subject) => subject && choose(subject)}
      searchable
      selectFirstOptionOnChange
      onKeyDownCapture={takeShownOption}
      allowDeselect={false}
      autoFocus={isFresh}
      defaultDropdownOpened={isFresh}
      onFocus={(event) => event.currentTarget.select()}
      nothingFoundMessage="No such field"
      maxDropdownHeight={320}
      comboboxProps={{ shadow: "md", width: "max-content", position: "bottom-start" }}
    />
  );
}
