import { ActionIcon, Button, Menu, Modal, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDots, IconPencil, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { type Dataset, deleteDataset, patchDataset } from "../api/datasets.ts";
import { Failed } from "../parts/States.tsx";
import { deleteWithUndo } from "../parts/undo.tsx";

/** Rename and delete. */
export function FileMenu({ dataset }: { dataset: Dataset }) {
  const [renaming, rename] = useDisclosure();
  const remove = useRemove(dataset);
  return (
    <>
      <Menu position="bottom-end" width={176}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label="More">
            <IconDots size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={15} />} onClick={rename.open}>
            Rename
          </Menu.Item>
          <Menu.Item leftSection={<IconTrash size={15} />} color="red" onClick={remove}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={renaming} onClose={rename.close} title="Rename the file">
        <Rename dataset={dataset} close={rename.close} />
      </Modal>
    </>
  );
}

function Rename({ dataset, close }: { dataset: Dataset; close: () => void }) {
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (name: string) => patchDataset(dataset.id, { name }),
    onSuccess: (changed) => {
      client.setQueryData(["dataset", dataset.id], changed);
      void client.invalidateQueries({ queryKey: ["datasets"] });
      close();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(String(new FormData(event.currentTarget).get("name")).trim());
  };
  return (
    <form onSubmit={submit} className="stack">
      <TextInput name="name" aria-label="Name" defaultValue={dataset.name} required data-autofocus />
      {save.error && <Failed what="Not renamed." error={save.error} />}
      <Button type="submit" loading={save.isPending}>
        Rename
      </Button>
    </form>
  );
}

/** A file that segments still read is not deleted: the answer says which. */
function useRemove(dataset: Dataset) {
  const navigate = useNavigate();
  return () => {
    deleteWithUndo({
      message: `“${dataset.name}” deleted`,
      id: dataset.id,
      run: (keepalive) => deleteDataset(dataset.id, { keepalive }),
    });
    void navigate({ to: "/files" });
  };
}
