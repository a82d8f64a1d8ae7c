// biome-ignore-all lint/a11y/useSemanticElements: a grid that folds on a phone; the roles say that it is a table
// biome-ignore-all lint/a11y/useFocusableInteractive: headers are read, not pressed
/** Each column with its type, what was noticed, and its first values. */
import { Select } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import type { FieldType, NewField } from "../api/datasets.ts";
import type { Inspection } from "../api/uploads.ts";
import { plural } from "../parts/format.ts";
import { DATE_FORMATS, PLAIN_DATE, TYPES } from "./words.ts";

interface ColumnTypesProps {
  readonly inspection: Inspection;
  readonly fields: readonly NewField[];
  readonly keyField: string;
  readonly change: (fields: readonly NewField[]) => void;
}

const SHOWN = 4;

export function ColumnTypes({ inspection, fields, keyField, change }: ColumnTypesProps) {
  const set = (at: number, patch: Partial<NewField>) =>
    change(fields.map((field, i) => (i === at ? { ...field, ...patch } : field)));
  return (
    <div className="columns" role="table" aria-label="Columns and their types">
      <div className="columns-head" role="row">
        <span role="columnheader">Column</span>
        <span role="columnheader">Type</span>
        <span role="columnheader">First values</span>
      </div>
      {fields.map((field, at) => {
        const seen = inspection.fields[at];
        return (
          <div className="columns-row" role="row" key={field.name}>
            <div role="cell" className="columns-name">
              <strong>{field.name}</strong>
              {field.name === keyField && (
                <span className="tag key-tag">
                  <IconKey size={11} aria-hidden /> key
                </span>
              )}
              <span className="sub">{facts(seen?.empty ?? 0, seen?.distinct_at_least ?? 0)}</span>
              {seen?.note && <span className="sub note">{seen.note}</span>}
            </div>
            <div role="cell" className="columns-type">
              <Select
                aria-label={`Type of ${field.name}`}
                data={[...TYPES]}
                value={field.type}
                allowDeselect={false}
                onChange={(type) => type && set(at, retyped(type as FieldType, field, seen?.format ?? null))}
              />
              {(field.type === "date" || field.type === "datetime") && (
                <Select
                  aria-label={`Date format of ${field.name}`}
                  data={formatChoices(field.format ?? null)}
                  value={field.format ?? PLAIN_DATE}
                  allowDeselect={false}
                  onChange={(format) => set(at, { format })}
                />
              )}
            </div>
            <div role="cell" className="columns-sample">
              {inspection.sample.slice(0, SHOWN).map((row, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have no other identity
                <span key={i}>{row[at]?.trim() ? row[at] : <i className="faint">empty</i>}</span>
              ))}
            </div>
          </div>
        );
      })}
    </div>
  );
}

/** Above this, different values are estimated from a sample. */
const COUNTED = 60_000;

function facts(empty: number, distinct: number): string {
  const values = distinct > 0 ? `${distinct > COUNTED ? "at least " : ""}${plural(distinct, "value")}` : "";
  return [values, empty > 0 ? `${plural(empty, "empty cell")}` : ""].filter(Boolean).join(", ");
}

function retyped(type: FieldType, field: NewField, seen: string | null): Partial<NewField> {
  const dated = type === "date" || type === "datetime";
  return { type, format: dated ? (field.format ?? seen ?? PLAIN_DATE) : null };
}

/** A format the program found that is not in the list is offered as it is called. */
function formatChoices(format: string | null) {
  const known = DATE_FORMATS.some(({ value }) => value === (format ?? PLAIN_DATE));
  return known ? [...DATE_FORMATS] : [...DATE_FORMATS, { value: format as string, label: format as string }];
}
