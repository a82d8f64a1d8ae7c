import { ActionIcon, Select } from "@mantine/core";
import { IconUserMinus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { meQuery, type Role } from "../api/session.ts";
import { type Member, membersQuery, removeMember, setRole } from "../api/workspace.ts";
import { useShown } from "../parts/deletions.ts";
import { sayProblem } from "../parts/notify.ts";
import { Failed, LoadingRows } from "../parts/States.tsx";
import { deleteWithUndo } from "../parts/undo.tsx";
import { When } from "../parts/When.tsx";
import { ROLES } from "./roles.ts";

/** Who belongs here, and what each may do. */
export function People({ mayChange }: { mayChange: boolean }) {
  const { data, error, refetch } = useQuery(membersQuery);
  const { data: me } = useQuery(meQuery);
  const isShown = useShown();
  if (error) return <Failed what="The people could not be listed." error={error} retry={refetch} />;
  if (!data) return <LoadingRows rows={2} columns={3} />;
  const roles = ROLES.filter(({ value }) => value !== "owner" || me?.role === "owner");
  return (
    <div>
      {data.data
        .filter(({ id }) => isShown(id))
        .map((member) => (
          <PersonLine
            key={member.id}
            member={member}
            roles={roles}
            isMe={member.id === me?.user.id}
            mayChange={mayChange && (member.role !== "owner" || me?.role === "owner")}
          />
        ))}
    </div>
  );
}

interface PersonLineProps {
  readonly member: Member;
  readonly roles: typeof ROLES;
  readonly isMe: boolean;
  readonly mayChange: boolean;
}

function PersonLine({ member, roles, isMe, mayChange }: PersonLineProps) {
  const client = useQueryClient();
  const shown = member.name || member.email;
  const change = useMutation({
    mutationFn: (role: Role) => setRole(member.id, role),
    onError: (error) => sayProblem("The role did not change", error),
    onSettled: () => void client.invalidateQueries({ queryKey: ["people"] }),
  });
  const remove = () =>
    deleteWithUndo({
      message: `${shown} removed`,
      id: member.id,
      run: () => removeMember(member.id),
    });
  return (
    <div className="person">
      <span className="face" aria-hidden>
        {shown.slice(0, 1).toUpperCase()}
      </span>
      <span className="person-who">
        <b>
          {shown}
          {isMe && <span className="faint"> (you)</span>}
        </b>
        <span className="faint">
          {member.email}, since <When at={member.created_at} />
        </span>
      </span>
      <Select
        aria-label={`Role of ${shown}`}
        data={roles.some(({ value }) => value === member.role) ? [...roles] : [...ROLES]}
        value={member.role}
        onChange={(role) => role && role !== member.role && change.mutate(role as Role)}
        allowDeselect={false}
        disabled={!mayChange}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Remove ${shown}`}
        onClick={remove}
        disabled={!mayChange}
        style={{ visibility: isMe ? "hidden" : undefined }}
        className="person-remove"
      >
        <IconUserMinus size={16} />
      </ActionIcon>
    </div>
  );
}
