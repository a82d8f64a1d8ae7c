/** How a file's rows hang together with those of others, in both directions. */
import "./relations.css";
import { ActionIcon, Button, Modal, Progress } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowRight, IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type Dataset, datasetsQuery, deleteRelation, type Relation } from "../api/datasets.ts";
import { useShown } from "../parts/deletions.ts";
import { Section } from "../parts/Page.tsx";
import { Status } from "../parts/Status.tsx";
import { deleteWithUndo } from "../parts/undo.tsx";
import { AddRelation } from "./AddRelation.tsx";

export function Relations({ dataset, mayWrite }: { dataset: Dataset; mayWrite: boolean }) {
  const [adding, add] = useDisclosure();
  const { data } = useQuery(datasetsQuery);
  const isShown = useShown();
  const others = data?.data ?? [];
  const nameOf = (id: string) => others.find((other) => other.id === id)?.name ?? id;
  const relations = (dataset.relations ?? []).filter(({ id }) => isShown(id));
  return (
    <Section
      title="Relations"
      aside={
        mayWrite && (
          <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} />} onClick={add.open}>
            Add relation
          </Button>
        )
      }
    >
      {relations.length === 0 ? (
        <p className="faint quiet-line">
          If a field holds keys of another file, a relation lets segments ask about both: customers by their purchases,
          purchases by their store.
        </p>
      ) : (
        <ul className="relations">
          {relations.map((relation) => (
            <RelationLine
              key={`${relation.id} ${relation.kind}`}
              relation={relation}
              dataset={dataset}
              otherName={nameOf(relation.dataset_id)}
              mayWrite={mayWrite}
            />
          ))}
        </ul>
      )}
      <Modal opened={adding} onClose={add.close} title="Add a relation" size="lg">
        <AddRelation dataset={dataset} others={others} close={add.close} />
      </Modal>
    </Section>
  );
}

interface RelationLineProps {
  readonly relation: Relation;
  readonly dataset: Dataset;
  readonly otherName: string;
  readonly mayWrite: boolean;
}

function RelationLine({ relation, dataset, otherName, mayWrite }: RelationLineProps) {
  const { kind, name, reverse_name, field, dataset_id, status, progress } = relation;
  const remove = useRemove(relation, dataset);
  const other = (
    <Link to="/files/$id" params={{ id: dataset_id }} search={{}} className="link">
      {otherName}
    </Link>
  );
  return (
    <li>
      <span className="relation-name">{kind === "belongs_to" ? name : reverse_name}</span>
      <span className="faint relation-words">
        {kind === "belongs_to" ? (
          <>
            {field} <IconArrowRight size={13} aria-label="points at" /> {other}, where these are called{" "}
            <b>{reverse_name}</b>
          </>
        ) : (
          <>
            rows of {other}, whose {field} points here
          </>
        )}
      </span>
      <span className="relation-state">
        {status === "ready" ? (
          <Status tone="good">Ready</Status>
        ) : (
          <>
            <Status tone="busy">{`Building, ${Math.floor(progress * 100)} %`}</Status>
            <Progress value={progress * 100} size={3} aria-label={`Building ${name}`} />
          </>
        )}
      </span>
      {mayWrite && (
        <ActionIcon variant="subtle" color="gray" aria-label={`Delete the relation ${name}`} onClick={remove}>
          <IconTrash size={15} />
        </ActionIcon>
      )}
    </li>
  );
}

/** The records stay as they are. What segments still read is not deleted: the answer says which. */
function useRemove({ id, kind, name, dataset_id }: Relation, dataset: Dataset) {
  const client = useQueryClient();
  const from = kind === "belongs_to" ? dataset.id : dataset_id;
  return () =>
    deleteWithUndo({
      message: `Relation “${name}” deleted`,
      id,
      run: (keepalive) => deleteRelation(from, name, keepalive),
      done: () => {
        for (const key of ["dataset", "datasets", "language"]) void client.invalidateQueries({ queryKey: [key] });
      },
    });
}
