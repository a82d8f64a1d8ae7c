/** A dataset's fields; their types can be changed at any time. */
import { Select } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Dataset, type FieldType, patchDataset } from "../api/datasets.ts";
import { say, sayProblem } from "../parts/notify.ts";
import { TYPES, typeLabel } from "./words.ts";

export function Fields({ dataset, mayWrite }: { dataset: Dataset; mayWrite: boolean }) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (field: { name: string; type: FieldType }) => patchDataset(dataset.id, { fields: [field] }),
    onSuccess: (changed, { name, type }) => {
      client.setQueryData(["dataset", dataset.id], changed);
      say(`${name} is read as ${typeLabel(type).toLowerCase()} now`);
    },
    onError: (error, { name }) => sayProblem(`The type of ${name} did not change`, error),
  });
  return (
    <div className="fields">
      {dataset.fields.map((field) => (
        <div className="fields-row" key={field.name}>
          <span className="fields-name">
            {field.name}
            {field.name === dataset.key && (
              <span className="tag key-tag">
                <IconKey size={11} aria-hidden /> key
              </span>
            )}
          </span>
          {mayWrite && field.name !== dataset.key ? (
            <Select
              aria-label={`Type of ${field.name}`}
              size="xs"
              variant="unstyled"
              data={[...TYPES]}
              value={field.type}
              allowDeselect={false}
              onChange={(type) =>
                type && type !== field.type && change.mutate({ name: field.name, type: type as FieldType })
              }
            />
          ) : (
            <span className="faint">{typeLabel(field.type)}</span>
          )}
        </div>
      ))}
    </div>
  );
}
