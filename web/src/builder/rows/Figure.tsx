/** What stands behind the measure: how many, or of which field, and what it is compared with. */
import { NumberInput, Select } from "@mantine/core";
import { takeShownOption } from "../../parts/shownOption.ts";
import { isQuantifier, ORDERED, resultType, takesNumber, takesOrder, typesFor } from "../measures.ts";
import { operatorsOf } from "../operators.ts";
import { OperatorSelect } from "../RuleControls.tsx";
import type { Asks, TreeRule } from "../tree.ts";
import { ValueFields } from "../values/ValueFields.tsx";
import { typeOf, type Vocabulary } from "../vocabulary.ts";

interface FigureProps {
  readonly rule: TreeRule;
  readonly asks: Asks;
  /** Of the related records. */
  readonly vocabulary: Vocabulary;
  readonly change: (rule: TreeRule) => void;
}

export function Figure({ rule, asks, vocabulary, change }: FigureProps) {
  const { measure, n, of, orderBy } = asks;
  if (isQuantifier(measure)) {
    if (!takesNumber(measure)) return null;
    return (
      <NumberInput
        className="value-n"
        aria-label="How many"
        placeholder="n"
        value={n}
        onChange={(next) => change({ ...rule, asks: { ...asks, n: next } })}
        min={0}
        allowDecimal={false}
        hideControls
      />
    );
  }
  const types = typesFor(measure);
  const type = resultType(measure, typeOf(vocabulary, of));
  const setOf = (field: string) => {
    const after = resultType(measure, typeOf(vocabulary, field));
    const [first] = operatorsOf(after);
    const compared = after === type && of !== "" ? {} : { operator: first?.name ?? "equals", value: "" };
    change({ ...rule, ...compared, asks: { ...asks, of: field } });
  };
  return (
    <>
      {types.length > 0 && (
        <span className="pair">
          <span className="group-word">of</span>
          <FieldSelect label="Of which field" value={of} change={setOf} {...{ vocabulary, types }} />
        </span>
      )}
      {takesOrder(measure) && (
        <span className="pair">
          <span className="group-word">by</span>
          <FieldSelect
            label="In which order"
            value={orderBy}
            change={(field) => change({ ...rule, asks: { ...asks, orderBy: field } })}
            vocabulary={vocabulary}
            types={ORDERED}
          />
        </span>
      )}
      <OperatorSelect type={type} value={rule.operator} change={(operator) => change({ ...rule, operator })} />
      <ValueFields
        type={type}
        operator={rule.operator}
        value={rule.value}
        change={(value) => change({ ...rule, value })}
        matchCase={rule.matchCase ?? false}
        setMatchCase={(matchCase) => change({ ...rule, matchCase })}
        datasetId={vocabulary.datasetId}
        field={of}
      />
    </>
  );
}

interface FieldSelectProps {
  readonly label: string;
  readonly value: string;
  readonly change: (field: string) => void;
  readonly vocabulary: Vocabulary;
  readonly types: readonly string[];
}

export function FieldSelect({ label, value, change, vocabulary, types }: FieldSelectProps) {
  const names = vocabulary.fields.filter(({ type }) => types.includes(type)).map(({ name }) => name);
  return (
    <Select
      className="related-field"
      aria-label={label}
      placeholder="field"
      data={value === "" || names.includes(value) ? names : [...names, value]}
      value={value === "" ? null : value}
      onChange={(field) => field && change(field)}
      allowDeselect={false}
      searchable
      selectFirstOptionOnChange
      onKeyDownCapture={takeShownOption}
      onFocus={(event) => event.currentTarget.select()}
      nothingFoundMessage="No field of this kind"
    />
  );
}
