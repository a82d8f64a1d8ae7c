/** Syncs with their state, what they hold and what is still to be sent. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Destination, Sync } from "../api/activation.ts";
import { segmentsQuery } from "../api/segments.ts";
import { Count } from "../parts/Count.tsx";
import { useShown } from "../parts/deletions.ts";
import { LoadingRows } from "../parts/States.tsx";
import { Status } from "../parts/Status.tsx";
import { rowKeys } from "../parts/VirtualTable.tsx";
import { When } from "../parts/When.tsx";
import { syncTone, syncWord } from "./words.ts";

interface SyncsProps {
  readonly syncs: readonly Sync[] | undefined;
  readonly destinations: readonly Destination[];
}

export function Syncs({ syncs, destinations }: SyncsProps) {
  const { data: segments } = useInfiniteQuery(segmentsQuery({}));
  const known = segments?.pages.flatMap((page) => page.data) ?? [];
  const isShown = useShown();
  const shown = syncs?.filter(({ id, segment_id, destination_id }) => [id, segment_id, destination_id].every(isShown));
  if (!shown) return <LoadingRows rows={2} />;
  if (shown.length === 0) {
    return (
      <p className="faint quiet-line">No segment flows out yet. A sync keeps an audience in step with a segment.</p>
    );
  }
  return (
    <table className="table" aria-label="Syncs">
      <thead>
        <tr>
          <th>Segment</th>
          <th className="wide-only">Account</th>
          <th>State</th>
          <th data-align="right">Audience</th>
          <th data-align="right" className="wide-only">
            Waiting
          </th>
          <th data-align="right" className="wide-only">
            Last synced
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map((sync) => (
          <SyncRow
            key={sync.id}
            sync={sync}
            segment={known.find(({ id }) => id === sync.segment_id)?.name ?? "Segment"}
            account={destinations.find(({ id }) => id === sync.destination_id)?.name ?? ""}
          />
        ))}
      </tbody>
    </table>
  );
}

function SyncRow({ sync, segment, account }: { sync: Sync; segment: string; account: string }) {
  const navigate = useNavigate();
  const open = () => void navigate({ to: "/activation/syncs/$id", params: { id: sync.id }, search: {} });
  return (
    <tr data-open tabIndex={0} onClick={open} onKeyDown={(event) => rowKeys(event, open)}>
      <td className="title">{segment}</td>
      <td className="wide-only faint">{account}</td>
      <td>
        <Status tone={syncTone(sync.status)}>{syncWord(sync.status)}</Status>
        {sync.error && <div className="sub">{sync.error.detail}</div>}
      </td>
      <td data-align="right" className="segment-count">
        <Count value={sync.audience_size} />
      </td>
      <td data-align="right" className="wide-only">
        {sync.waiting === 0 ? <span className="faint">0</span> : <Count value={sync.waiting} />}
      </td>
      <td data-align="right" className="wide-only faint">
        <When at={sync.last_synced_at} />
      </td>
    </tr>
  );
}
