/** A sandbox account as its platform would show it: the audiences it holds, and how it is to misbehave. */
import "./activation.css";
import { Button } from "@mantine/core";
import { IconTrash, IconUsersGroup } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import {
  type Audience,
  audienceQuery,
  audiencesQuery,
  type Destination,
  deleteDestination,
  destinationQuery,
  syncsQuery,
} from "../api/activation.ts";
import { Count } from "../parts/Count.tsx";
import { Page, Section } from "../parts/Page.tsx";
import { Empty, Failed, LoadingRows } from "../parts/States.tsx";
import { deleteWithUndo } from "../parts/undo.tsx";
import { useMay } from "../parts/useRole.ts";
import { rowKeys, VirtualTable } from "../parts/VirtualTable.tsx";
import { When } from "../parts/When.tsx";
import { Faults } from "./Faults.tsx";
import { Syncs } from "./Syncs.tsx";

const route = getRouteApi("/app/activation/$id");
const CRUMBS = [{ label: "Activation", to: "/activation" }];

export function DestinationView() {
  const { id } = route.useParams();
  const { data, error } = useQuery(destinationQuery(id));
  if (data) return <Known destination={data} />;
  return (
    <Page title="Account" crumbs={CRUMBS} heading={<h1 className="faint">Account</h1>}>
      {error ? <Failed what="This account could not be shown." error={error} /> : <LoadingRows />}
    </Page>
  );
}

function Known({ destination }: { destination: Destination }) {
  const { segment } = route.useSearch();
  const navigate = route.useNavigate();
  const audiences = useQuery(audiencesQuery(destination.id));
  const syncs = useQuery(syncsQuery({ destination_id: destination.id }));
  const mayWrite = useMay("admin");
  const remove = useRemove(destination);
  const list = audiences.data?.data;
  const shown = list?.find(({ segment_id }) => segment_id === segment) ?? list?.[0];
  return (
    <Page
      title={destination.name}
      crumbs={CRUMBS}
      actions={
        mayWrite && (
          <Button variant="subtle" color="gray" leftSection={<IconTrash size={15} />} onClick={remove}>
            Disconnect
          </Button>
        )
      }
    >
      <Section title="Audiences in this account">
        {audiences.error && <Failed what="The audiences could not be listed." error={audiences.error} />}
        {!list && !audiences.error && <LoadingRows rows={2} />}
        {list?.length === 0 && (
          <Empty icon={<IconUsersGroup />} title="No audience yet">
            As soon as a sync has sent its first members, their hashes are here.
          </Empty>
        )}
        {list && list.length > 0 && (
          <Audiences
            list={list}
            shown={shown}
            show={(id) => void navigate({ search: { segment: id }, resetScroll: false })}
          />
        )}
      </Section>
      {shown && (
        <Section title={`What the platform holds of ${shown.name}`}>
          <Hashes destinationId={destination.id} segmentId={shown.segment_id} />
        </Section>
      )}
      <Section title="Syncs">
        <Syncs syncs={syncs.data?.data} destinations={[destination]} />
      </Section>
      {mayWrite && (
        <Section title="Behaviour">
          <Faults destinationId={destination.id} />
        </Section>
      )}
    </Page>
  );
}

interface AudiencesProps {
  readonly list: readonly Audience[];
  readonly shown: Audience | undefined;
  readonly show: (segmentId: string) => void;
}

function Audiences({ list, shown, show }: AudiencesProps) {
  return (
    <table className="table" aria-label="Audiences">
      <thead>
        <tr>
          <th>Audience</th>
          <th data-align="right">Identifiers</th>
          <th data-align="right">Changed</th>
        </tr>
      </thead>
      <tbody>
        {list.map((audience) => {
          const open = () => show(audience.segment_id);
          return (
            <tr
              key={audience.segment_id}
              data-open
              tabIndex={0}
              aria-selected={audience === shown}
              onClick={open}
              onKeyDown={(event) => rowKeys(event, open)}
            >
              <td className="title">{audience.name}</td>
              <td data-align="right" className="segment-count">
                <Count value={audience.size} label={`identifiers in ${audience.name}`} />
              </td>
              <td data-align="right" className="faint">
                <When at={audience.updated_at} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const COLUMNS = [
  {
    id: "hash",
    header: "E-mail, SHA-256",
    width: 520,
    cell: (row: { email_sha256: string }) => <span className="mono">{row.email_sha256}</span>,
  },
];

function Hashes({ destinationId, segmentId }: { destinationId: string; segmentId: string }) {
  const { data, error, hasNextPage, fetchNextPage, isFetching } = useInfiniteQuery(
    audienceQuery(destinationId, segmentId),
  );
  const rows = useMemo(() => data?.pages.flatMap((page) => page.data) ?? [], [data]);
  if (error) return <Failed what="The audience could not be shown." error={error} />;
  if (!data) return <LoadingRows rows={4} columns={1} />;
  return (
    <VirtualTable
      label="Hashed e-mails"
      columns={COLUMNS}
      rows={rows}
      rowKey={({ email_sha256 }) => email_sha256}
      more={hasNextPage && !isFetching ? () => void fetchNextPage() : undefined}
      maxHeight={320}
    />
  );
}

function useRemove({ id, name }: Destination) {
  const client = useQueryClient();
  const navigate = route.useNavigate();
  return () => {
    deleteWithUndo({
      message: `“${name}” disconnected`,
      id,
      run: (keepalive) => deleteDestination(id, keepalive),
      done: () => void client.invalidateQueries({ queryKey: ["destinations"] }),
    });
    void navigate({ to: "/activation" });
  };
}
