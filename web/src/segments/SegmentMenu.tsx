import { ActionIcon, CopyButton, Menu } from "@mantine/core";
import { IconCopy, IconDots, IconTrash } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { deleteSegment, type Segment } from "../api/segments.ts";
import { deleteWithUndo } from "../parts/undo.tsx";

export function SegmentMenu({ segment }: { segment: Segment }) {
  const remove = useRemove(segment);
  return (
    <Menu position="bottom-end" width={192}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label="More">
          <IconDots size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <CopyButton value={segment.id}>
          {({ copy, copied }) => (
            <Menu.Item leftSection={<IconCopy size={15} />} onClick={copy} closeMenuOnClick={false}>
              {copied ? "Copied" : "Copy its id"}
            </Menu.Item>
          )}
        </CopyButton>
        <Menu.Item leftSection={<IconTrash size={15} />} color="red" onClick={remove}>
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function useRemove(segment: Segment) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return () => {
    deleteWithUndo({
      message: `“${segment.name}” deleted`,
      id: segment.id,
      run: (keepalive) => deleteSegment(segment.id, keepalive),
      done: () => {
        client.removeQueries({ queryKey: ["segment", segment.id] });
        void client.invalidateQueries({ queryKey: ["datasets"] });
      },
    });
    void navigate({ to: "/segments", search: {} });
  };
}
