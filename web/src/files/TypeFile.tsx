/** A looked-at file before its first import: its name, its key, the type of each column. */
import { Button, Select, TextInput } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { createDataset, deleteDataset, type NewDataset, type NewField } from "../api/datasets.ts";
import { startImport } from "../api/imports.ts";
import type { Inspection } from "../api/uploads.ts";
import { formatBytes, nameFromFile, plural } from "../parts/format.ts";
import { Page, Section } from "../parts/Page.tsx";
import { Failed } from "../parts/States.tsx";
import { COMMAND } from "../shell/Menu.tsx";
import { ColumnTypes } from "./ColumnTypes.tsx";
import { Notes } from "./Notes.tsx";
import { type Decided, decidedOn, RelationOffers } from "./RelationOffers.tsx";
import { useOffers } from "./useOffers.ts";

interface TypeFileProps {
  readonly upload: string;
  readonly fileName: string;
  readonly inspection: Inspection;
}

const NO_KEY = "no key";

export function TypeFile({ upload, fileName, inspection }: TypeFileProps) {
  const [name, setName] = useState(() => nameFromFile(fileName));
  const [key, setKey] = useState(() => inspection.key_candidates[0] ?? "");
  const [fields, setFields] = useState<readonly NewField[]>(() =>
    inspection.fields.map(({ name, type, format }) => ({ name, type, format })),
  );
  const offers = useOffers(inspection, name, key);
  const [decided, setDecided] = useState<Decided>(new Map());
  const begin = useBegin(upload);
  const go = () =>
    begin.mutate({
      name: name.trim(),
      key: key || undefined,
      fields: fields.map(withoutEmptyFormat),
      relations: offers.flatMap((offer) => decidedOn(offer, decided) ?? []),
    });
  const ready = name.trim() !== "" && !begin.isPending;
  useHotkeys([["mod+S", () => ready && go()]], []);
  return (
    <Page
      title={fileName}
      crumbs={[{ label: "Files", to: "/files" }]}
      actions={
        <Button
          onClick={go}
          disabled={!ready}
          loading={begin.isPending}
          rightSection={<kbd className="on-accent">{COMMAND}S</kbd>}
        >
          Import {plural(inspection.rows, "row")}
          {inspection.partial ? " or more" : ""}
        </Button>
      }
    >
      {begin.error && <Failed what="The import did not begin." error={begin.error} />}
      <div className="file-set">
        <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} required />
        <Select
          label="Key"
          description="What identifies a row when the file is imported again"
          data={keyChoices(inspection)}
          value={key === "" ? NO_KEY : key}
          onChange={(value) => setKey(value === NO_KEY || value === null ? "" : value)}
          searchable
          allowDeselect={false}
        />
        <p className="faint file-facts">
          {formatBytes(inspection.bytes)}, {inspection.encoding},{" "}
          {DELIMITERS[inspection.delimiter] ?? inspection.delimiter}
          {inspection.partial && ". The types come from the file’s beginning"}
        </p>
      </div>
      <Notes notes={inspection.notes} />
      <RelationOffers offers={offers} decided={decided} change={setDecided} />
      <Section title="Columns" aside={plural(fields.length, "field")}>
        <ColumnTypes inspection={inspection} fields={fields} keyField={key} change={setFields} />
      </Section>
    </Page>
  );
}

const DELIMITERS: Record<string, string> = { ",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes" };

/** Unique and filled columns first; any other can be chosen too, and none. */
function keyChoices({ key_candidates: best, fields }: Inspection) {
  const others = fields.map(({ name }) => name).filter((name) => !best.includes(name));
  return [
    ...(best.length ? [{ group: "Unique and never empty", items: [...best] }] : []),
    ...(others.length ? [{ group: "Other columns", items: others }] : []),
    { group: "None", items: [{ value: NO_KEY, label: "No key: identical rows count once each time" }] },
  ];
}

/** Makes the dataset and starts its first import; a dataset whose import cannot start does not stay behind. */
function useBegin(upload: string) {
  const navigate = useNavigate();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (made: NewDataset) => {
      const dataset = await createDataset(made);
      try {
        return await startImport(dataset.id, { upload_id: upload });
      } catch (error) {
        await deleteDataset(dataset.id).catch(() => undefined);
        throw error;
      }
    },
    onSuccess: (job) => {
      client.setQueryData(["import", job.id], job);
      void client.invalidateQueries({ queryKey: ["datasets"] });
      void navigate({ to: "/files/$id", params: { id: job.dataset_id }, search: { import: job.id } });
    },
  });
}

const withoutEmptyFormat = ({ name, type, format }: NewField): NewField =>
  format ? { name, type, format } : { name, type };
