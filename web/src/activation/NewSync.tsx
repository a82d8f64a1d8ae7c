/** Which segment flows to which account, and which field holds the e-mail address. */
import { Button, Modal, Select } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { createSync, destinationsQuery } from "../api/activation.ts";
import { type Dataset, datasetsQuery } from "../api/datasets.ts";
import { type Segment, segmentsQuery } from "../api/segments.ts";
import { LinkButton } from "../parts/LinkButton.tsx";
import { Failed } from "../parts/States.tsx";

interface NewSyncProps {
  readonly opened: boolean;
  readonly close: () => void;
  /** Fixed where the sync is made from a segment's own view. */
  readonly segment?: Segment;
  readonly dataset?: Dataset;
  readonly destinationId?: string;
}

export function NewSync({ opened, close, ...fixed }: NewSyncProps) {
  return (
    <Modal opened={opened} onClose={close} title="New sync">
      <Form {...fixed} />
    </Modal>
  );
}

function Form({ segment, dataset, destinationId }: Omit<NewSyncProps, "opened" | "close">) {
  const { data: destinations } = useQuery(destinationsQuery);
  const [segmentId, setSegment] = useState(segment?.id ?? null);
  const [account, setAccount] = useState<string | null>(destinationId ?? null);
  const [email, setEmail] = useState<string | null>(null);
  const segments = useSegments(segment);
  const chosen = segments.find(({ id }) => id === segmentId);
  const fields = useFields(chosen, dataset);
  const field = email ?? fields.find((name) => /e-?mail/i.test(name)) ?? null;
  const accounts = destinations?.data ?? [];
  const to = account ?? accounts[0]?.id ?? null;
  const make = useMake();
  if (destinations && accounts.length === 0) {
    return (
      <div className="stack">
        <p className="faint">No account is connected yet.</p>
        <LinkButton to="/activation">Connect one</LinkButton>
      </div>
    );
  }
  const ready = segmentId && to && field;
  return (
    <div className="stack">
      {!segment && (
        <Select
          label="Segment"
          data={segments.map(({ id, name }) => ({ value: id, label: name }))}
          value={segmentId}
          onChange={setSegment}
          searchable
          data-autofocus
        />
      )}
      <Select
        label="Account"
        data={accounts.map(({ id, name }) => ({ value: id, label: name }))}
        value={to}
        onChange={setAccount}
        allowDeselect={false}
      />
      <Select
        label="Field with the e-mail address"
        description="Sent as a SHA-256 hash of the trimmed address in lower case"
        data={fields}
        value={field}
        onChange={setEmail}
        searchable
        disabled={!chosen}
      />
      {make.error && <Failed what="The sync was not made." error={make.error} />}
      <Button
        disabled={!ready}
        loading={make.isPending}
        onClick={() =>
          segmentId &&
          to &&
          field &&
          make.mutate({ segment_id: segmentId, destination_id: to, mapping: { email: field } })
        }
      >
        Start syncing
      </Button>
    </div>
  );
}

function useSegments(fixed: Segment | undefined): readonly Segment[] {
  const { data } = useInfiniteQuery({ ...segmentsQuery({ sort: "name" }), enabled: !fixed });
  return fixed ? [fixed] : (data?.pages.flatMap((page) => page.data) ?? []);
}

/** The fields of the chosen segment's file, as it is or as it was given. */
function useFields(segment: Segment | undefined, given: Dataset | undefined): string[] {
  const { data } = useQuery({ ...datasetsQuery, enabled: !given });
  const dataset = given ?? data?.data.find(({ id }) => id === segment?.dataset_id);
  return dataset?.fields.filter(({ type }) => type === "text").map(({ name }) => name) ?? [];
}

function useMake() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: createSync,
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: ["syncs"] });
      void navigate({ to: "/activation/syncs/$id", params: { id: made.id }, search: {} });
    },
  });
}
