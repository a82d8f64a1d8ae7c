/** The latest entries and exits. */
import { UnstyledButton } from "@mantine/core";
import { IconArrowLeft, IconArrowRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { activityQuery, type Move } from "../api/segments.ts";
import { Failed, LoadingRows } from "../parts/States.tsx";
import { When } from "../parts/When.tsx";

const SHOWN = 12;

export function Activity({ segmentId, open }: { segmentId: string; open: (key: string) => void }) {
  const { data, error, refetch } = useQuery(activityQuery(segmentId));
  if (error) return <Failed what="The latest moves could not be listed." error={error} retry={refetch} />;
  if (!data) return <LoadingRows rows={3} columns={2} />;
  if (data.data.length === 0) {
    return (
      <p className="faint quiet-line">
        Nobody has come or gone since the first count. It shows here the moment it happens.
      </p>
    );
  }
  return (
    <ul className="activity" aria-label="Latest entries and exits">
      {data.data.slice(0, SHOWN).map((move) => (
        <MoveLine key={`${move.key} ${move.at} ${move.change}`} move={move} open={open} />
      ))}
    </ul>
  );
}

function MoveLine({ move, open }: { move: Move; open: (key: string) => void }) {
  const Icon = move.change === "entered" ? IconArrowRight : IconArrowLeft;
  return (
    <li data-change={move.change}>
      <Icon size={14} aria-hidden />
      <UnstyledButton className="activity-key" onClick={() => open(move.key)}>
        {move.key}
      </UnstyledButton>
      <span className="faint">{move.change === "entered" ? "came in" : "left"}</span>
      <span className="faint activity-when">
        <When at={move.at} />
      </span>
    </li>
  );
}
