/** The value of a condition on a field; a looked-up field's values are those of the dataset that it is in. */
import type { ValueEditorProps } from "react-querybuilder";
import type { FieldType } from "../../api/datasets.ts";
import { builderContext } from "../context.ts";
import type { TreeRule } from "../tree.ts";
import { splitName } from "../vocabulary.ts";
import { ValueFields } from "./ValueFields.tsx";

export function ValueEditor(props: ValueEditorProps) {
  const { field, fieldData, operator, value, handleOnChange, path } = props;
  const { vocabulary, setRule } = builderContext(props.context);
  const rule = props.rule as unknown as TreeRule;
  const { via, field: name } = splitName(field);
  const lookedUp = vocabulary.lookups.find(({ relation }) => relation === via);
  return (
    <ValueFields
      type={(fieldData?.fieldType as FieldType | undefined) ?? "text"}
      operator={operator}
      value={value}
      change={handleOnChange}
      matchCase={rule.matchCase ?? false}
      setMatchCase={(matchCase) => setRule(path, { ...rule, matchCase })}
      datasetId={via === undefined ? vocabulary.datasetId : (lookedUp?.dataset_id ?? "")}
      field={name}
    />
  );
}
