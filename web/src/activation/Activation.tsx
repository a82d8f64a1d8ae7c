/** Where segments flow: the connected accounts, and every sync with its state. */
import "./activation.css";
import { Button, Modal, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBroadcast, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { createDestination, type Destination, destinationsQuery, syncsQuery } from "../api/activation.ts";
import { useShown } from "../parts/deletions.ts";
import { Page, Section } from "../parts/Page.tsx";
import { Empty, Failed, LoadingRows } from "../parts/States.tsx";
import { useMay } from "../parts/useRole.ts";
import { When } from "../parts/When.tsx";
import { NewSync } from "./NewSync.tsx";
import { Syncs } from "./Syncs.tsx";

export function Activation() {
  const destinations = useQuery(destinationsQuery);
  const syncs = useQuery(syncsQuery());
  const [connecting, connect] = useDisclosure();
  const [adding, add] = useDisclosure();
  const mayWrite = useMay("admin");
  const connectButton = <Button onClick={connect.open}>Connect a sandbox account</Button>;
  const isShown = useShown();
  const accounts = destinations.data?.data.filter(({ id }) => isShown(id));
  const error = destinations.error ?? syncs.error;
  return (
    <Page
      title="Activation"
      actions={
        mayWrite &&
        (accounts?.length ?? 0) > 0 && (
          <>
            <Button variant="default" onClick={connect.open}>
              Connect an account
            </Button>
            <Button leftSection={<IconPlus size={15} />} onClick={add.open} data-new>
              New sync
            </Button>
          </>
        )
      }
    >
      {error && <Failed what="The destinations could not be listed." error={error} />}
      {!accounts && !error && <LoadingRows />}
      {accounts?.length === 0 && (
        <Empty icon={<IconBroadcast />} title="Send a segment somewhere" action={mayWrite && connectButton}>
          A destination is an account at an ad platform. Sandbox Ads stands in for one: it is part of Cutty, holds
          audiences of hashed e-mails, and can be told to misbehave.
        </Empty>
      )}
      {accounts && accounts.length > 0 && (
        <>
          <Section title="Accounts">
            <Accounts destinations={accounts} counts={countsOf(syncs.data?.data ?? [])} />
          </Section>
          <Section title="Syncs">
            <Syncs syncs={syncs.data?.data} destinations={accounts} />
          </Section>
        </>
      )}
      <Modal opened={connecting} onClose={connect.close} title="Connect a sandbox account">
        <Connect />
      </Modal>
      <NewSync opened={adding} close={add.close} />
    </Page>
  );
}

function countsOf(syncs: readonly { destination_id: string }[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { destination_id: id } of syncs) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

function Accounts({
  destinations,
  counts,
}: {
  destinations: readonly Destination[];
  counts: ReadonlyMap<string, number>;
}) {
  return (
    <div className="accounts">
      {destinations.map(({ id, name, created_at }) => (
        <Link key={id} to="/activation/$id" params={{ id }} search={{}} className="account-line">
          <span className="account-mark" aria-hidden>
            {name.slice(0, 1).toUpperCase()}
          </span>
          <span className="account-who">
            <b>{name}</b>
            <span className="faint">
              Sandbox Ads, connected <When at={created_at} />
            </span>
          </span>
          <span className="faint">
            {counts.get(id) ?? 0} {counts.get(id) === 1 ? "sync" : "syncs"}
          </span>
        </Link>
      ))}
    </div>
  );
}

function Connect() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const make = useMutation({
    mutationFn: (name: string) => createDestination({ type: "sandbox", name }),
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: ["destinations"] });
      void navigate({ to: "/activation/$id", params: { id: made.id }, search: {} });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    make.mutate(String(new FormData(event.currentTarget).get("name")).trim());
  };
  return (
    <form onSubmit={submit} className="stack">
      <p className="faint">A stand-in ad account inside Cutty: nothing leaves this program.</p>
      <TextInput name="name" label="Name" defaultValue="Sandbox Ads" required data-autofocus />
      {make.error && <Failed what="Not connected." error={make.error} />}
      <Button type="submit" loading={make.isPending}>
        Connect
      </Button>
    </form>
  );
}
