/** The workspace and its people. */
import "./settings.css";
import { Button, Select, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { patchWorkspace, type Workspace, workspaceQuery } from "../api/workspace.ts";
import { say } from "../parts/notify.ts";
import { Page, Section } from "../parts/Page.tsx";
import { Failed, LoadingRows } from "../parts/States.tsx";
import { useMay } from "../parts/useRole.ts";
import { Invites } from "./Invites.tsx";
import { People } from "./People.tsx";
import { ROLE_RIGHTS } from "./roles.ts";

export function Settings() {
  const { data, error, refetch } = useQuery(workspaceQuery);
  const mayChange = useMay("admin");
  return (
    <Page title="Settings">
      <Section title="Workspace">
        {error && <Failed what="The workspace could not be shown." error={error} retry={refetch} />}
        {!data && !error && <LoadingRows rows={2} columns={1} />}
        {data && <WorkspaceForm workspace={data} mayChange={mayChange} />}
      </Section>
      <Section title="People">
        <p className="faint quiet-line rights">{ROLE_RIGHTS}</p>
        <People mayChange={mayChange} />
      </Section>
      {mayChange && (
        <Section title="Invitations">
          <Invites />
        </Section>
      )}
    </Page>
  );
}

const ZONES = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];

function WorkspaceForm({ workspace, mayChange }: { workspace: Workspace; mayChange: boolean }) {
  const client = useQueryClient();
  const [zone, setZone] = useState(workspace.time_zone);
  const save = useMutation({
    mutationFn: patchWorkspace,
    onSuccess: (changed) => {
      client.setQueryData(["workspace"], changed);
      void client.invalidateQueries({ queryKey: ["me"] });
      say("Saved");
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate({ name: String(new FormData(event.currentTarget).get("name")).trim(), time_zone: zone });
  };
  return (
    <form onSubmit={submit} className="settings-form">
      <TextInput name="name" label="Name" defaultValue={workspace.name} required disabled={!mayChange} />
      <Select
        label="Time zone"
        description="Days begin at midnight here, for every condition about dates"
        data={ZONES.includes(zone) ? ZONES : [zone, ...ZONES]}
        value={zone}
        onChange={(value) => value && setZone(value)}
        allowDeselect={false}
        searchable
        limit={60}
        disabled={!mayChange}
      />
      {save.error && <Failed what="Not saved." error={save.error} />}
      {mayChange && (
        <div>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        </div>
      )}
    </form>
  );
}
