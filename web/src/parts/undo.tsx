/**
 * Deleting with a way back: the thing vanishes at once, the request leaves when the time to undo is over
 * (or with the page, if it is closed first). A refused deletion brings it back and says why.
 */
import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { asProblem } from "../api/http.ts";
import { hide, restore } from "./deletions.ts";

export interface Deletion {
  /** "Segment “Big spenders” deleted" */
  readonly message: string;
  /** What no list shows from now on. */
  readonly id: string;
  readonly run: (keepalive: boolean) => Promise<unknown>;
  readonly done?: () => void;
}

const TIME_TO_UNDO = 6_000;

/** Something was done that can be taken back by doing something else. */
export function sayWithUndo(message: string, undo: () => void): void {
  const id = notifications.show({
    message: (
      <Undoable
        message={message}
        undo={() => {
          notifications.hide(id);
          undo();
        }}
      />
    ),
    autoClose: TIME_TO_UNDO,
  });
}

export function deleteWithUndo({ message, id: deleted, run, done }: Deletion): void {
  hide(deleted);
  let settled = false;
  const settle = () => {
    settled = true;
    clearTimeout(timer);
    notifications.hide(id);
    window.removeEventListener("pagehide", leave);
  };
  const commit = (keepalive: boolean) => {
    if (settled) return;
    settle();
    run(keepalive).then(done, (error) => {
      restore(deleted);
      notifications.show({ color: "red", title: "Not deleted", message: asProblem(error).detail, autoClose: 10_000 });
    });
  };
  const undo = () => {
    if (settled) return;
    settle();
    restore(deleted);
  };
  const leave = () => commit(true);
  const timer = setTimeout(() => commit(false), TIME_TO_UNDO);
  window.addEventListener("pagehide", leave);
  const id = notifications.show({
    message: <Undoable message={message} undo={undo} />,
    autoClose: TIME_TO_UNDO,
    onClose: () => commit(false),
  });
}

function Undoable({ message, undo }: { message: string; undo: () => void }) {
  return (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm">{message}</Text>
      <Button size="compact-sm" variant="subtle" onClick={undo}>
        Undo
      </Button>
    </Group>
  );
}
