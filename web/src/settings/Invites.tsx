import { ActionIcon, Button, CopyButton, Select, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { meQuery, type Role } from "../api/session.ts";
import { invite, invitesQuery, withdrawInvite } from "../api/workspace.ts";
import { sayProblem } from "../parts/notify.ts";
import { Failed } from "../parts/States.tsx";
import { When } from "../parts/When.tsx";
import { ROLES } from "./roles.ts";

/** Invitations are links: whoever has one can join once. */
export function Invites() {
  const client = useQueryClient();
  const { data } = useQuery(invitesQuery);
  const { data: me } = useQuery(meQuery);
  const [role, setRole] = useState<Role>("analyst");
  const again = () => void client.invalidateQueries({ queryKey: ["invites"] });
  const make = useMutation({ mutationFn: invite, onSuccess: again });
  const withdraw = useMutation({
    mutationFn: withdrawInvite,
    onSuccess: again,
    onError: (error) => sayProblem("Not withdrawn", error),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    make.mutate({ email: String(new FormData(event.currentTarget).get("email")).trim(), role });
  };
  return (
    <>
      <form onSubmit={submit} className="invite">
        <TextInput name="email" type="email" label="E-mail" required />
        <Select
          label="Role"
          data={ROLES.filter(({ value }) => value !== "owner" || me?.role === "owner")}
          value={role}
          onChange={(value) => value && setRole(value as Role)}
          allowDeselect={false}
        />
        <Button type="submit" loading={make.isPending}>
          Make a link
        </Button>
      </form>
      {make.error && <Failed what="No link was made." error={make.error} />}
      {make.data?.url && <OneTimeLink url={make.data.url} email={make.data.email} />}
      {(data?.data ?? []).map(({ id, email, role, expires_at }) => (
        <div key={id} className="person">
          <span className="person-who">
            <b>{email}</b>
            <span className="faint">
              {role}, until <When at={expires_at} />
            </span>
          </span>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Withdraw the invitation of ${email}`}
            onClick={() => withdraw.mutate(id)}
          >
            <IconX size={16} />
          </ActionIcon>
        </div>
      ))}
    </>
  );
}

function OneTimeLink({ url, email }: { url: string; email: string }) {
  return (
    <div className="one-time" role="status">
      <p>
        Send this link to {email}. <span className="faint">It works once and is shown only now.</span>
      </p>
      <div className="row">
        <TextInput
          aria-label="Invitation link"
          value={url}
          readOnly
          className="grow"
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyButton value={url}>
          {({ copy, copied }) => (
            <Button variant="default" onClick={copy}>
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
      </div>
    </div>
  );
}
