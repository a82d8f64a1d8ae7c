/** The audiences that this segment keeps in step. */
import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { NewSync } from "../activation/NewSync.tsx";
import { syncTone, syncWord } from "../activation/words.ts";
import { destinationsQuery, type Sync, syncsQuery } from "../api/activation.ts";
import type { Dataset } from "../api/datasets.ts";
import type { Segment } from "../api/segments.ts";
import { formatCount } from "../parts/format.ts";
import { Failed, LoadingRows } from "../parts/States.tsx";
import { Status } from "../parts/Status.tsx";
import { useMay } from "../parts/useRole.ts";

export function SegmentSyncs({ segment, dataset }: { segment: Segment; dataset: Dataset }) {
  const { data, error, refetch } = useQuery(syncsQuery({ segment_id: segment.id }));
  const { data: destinations } = useQuery(destinationsQuery);
  const [adding, add] = useDisclosure();
  const mayAdd = useMay("admin");
  const nameOf = (id: string) => destinations?.data.find((destination) => destination.id === id)?.name ?? "Destination";
  if (error) return <Failed what="The syncs could not be listed." error={error} retry={refetch} />;
  if (!data) return <LoadingRows rows={1} columns={2} />;
  return (
    <>
      {data.data.length === 0 && (
        <p className="faint quiet-line">Nowhere yet. A sync keeps an audience in step with this segment.</p>
      )}
      {data.data.map((sync) => (
        <SyncLine key={sync.id} sync={sync} name={nameOf(sync.destination_id)} />
      ))}
      {mayAdd && (
        <Button
          variant="subtle"
          size="compact-sm"
          mt={8}
          ml={-8}
          leftSection={<IconPlus size={14} />}
          onClick={add.open}
        >
          Sync
        </Button>
      )}
      <NewSync opened={adding} close={add.close} segment={segment} dataset={dataset} />
    </>
  );
}

function SyncLine({ sync, name }: { sync: Sync; name: string }) {
  return (
    <Link to="/activation/syncs/$id" params={{ id: sync.id }} search={{}} className="sync-line">
      <span>
        {name}
        <Status tone={syncTone(sync.status)}>{syncWord(sync.status)}</Status>
      </span>
      <span className="count">{formatCount(sync.audience_size)}</span>
    </Link>
  );
}
