import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconDots, IconKey, IconPencil, IconRefresh, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type ApiKey, keysQuery, revokeKey, rollKey } from "../api/keys.ts";
import { meQuery } from "../api/session.ts";
import { membersQuery } from "../api/workspace.ts";
import { useShown } from "../parts/deletions.ts";
import { formatCount, plural } from "../parts/format.ts";
import { sayProblem } from "../parts/notify.ts";
import { Empty, Failed, LoadingRows } from "../parts/States.tsx";
import { deleteWithUndo } from "../parts/undo.tsx";
import { When } from "../parts/When.tsx";
import { KeyForm } from "./KeyForm.tsx";
import type { ShownKey } from "./OneTimeKey.tsx";
import { SCOPE_WORDS, STANDARD } from "./scopes.ts";

const DAY_S = 24 * 3_600;

interface KeysProps {
  readonly show: (key: ShownKey) => void;
  readonly make: () => void;
}

export function Keys({ show, make }: KeysProps) {
  const { data, error, refetch } = useQuery(keysQuery);
  const isShown = useShown();
  const [changing, setChanging] = useState<ApiKey | null>(null);
  if (error) return <Failed what="The keys could not be listed." error={error} retry={refetch} />;
  if (!data) return <LoadingRows rows={2} columns={3} />;
  const keys = data.data.filter(({ id }) => isShown(id));
  if (keys.length === 0)
    return (
      <Empty
        icon={<IconKey size={26} stroke={1.4} />}
        title="No keys yet"
        action={
          <Button variant="default" onClick={make}>
            Make a key
          </Button>
        }
      >
        A key lets a partner’s program read segments and their members, and follow who comes and goes. Give it no more
        than it needs.
      </Empty>
    );
  return (
    <div>
      {keys.map((key) => (
        <KeyLine key={key.id} apiKey={key} show={show} change={() => setChanging(key)} />
      ))}
      {changing && <KeyForm apiKey={changing} close={() => setChanging(null)} />}
    </div>
  );
}

interface KeyLineProps {
  readonly apiKey: ApiKey;
  readonly show: (key: ShownKey) => void;
  readonly change: () => void;
}

function KeyLine({ apiKey, show, change }: KeyLineProps) {
  const client = useQueryClient();
  const { data: me } = useQuery(meQuery);
  const { data: people } = useQuery(membersQuery);
  const again = () => void client.invalidateQueries({ queryKey: ["keys"] });
  const roll = useMutation({
    mutationFn: () => rollKey(apiKey.id, DAY_S),
    onSuccess: (key) => show({ key, what: "rolled" }),
    onError: (error) => sayProblem("The key was not rolled", error),
    onSettled: again,
  });
  const remove = () =>
    deleteWithUndo({
      message: `“${apiKey.name}” revoked`,
      id: apiKey.id,
      run: (keepalive) => revokeKey(apiKey.id, keepalive),
      done: again,
    });
  const owner = people?.data.find(({ id }) => id === apiKey.user_id);
  return (
    <div className="key-line">
      <span className="key-what">
        <b>{apiKey.name}</b>
        <span className="faint">
          {apiKey.scopes.map((scope) => SCOPE_WORDS[scope].label).join(", ")} · {segmentsOf(apiKey)}
        </span>
      </span>
      <span className="key-facts faint">
        <span>
          {apiKey.last_used_at ? (
            <>
              used <When at={apiKey.last_used_at} />
            </>
          ) : (
            "never used"
          )}
        </span>
        <span>{limitsOf(apiKey)}</span>
        <Ends apiKey={apiKey} />
        {owner && owner.id !== me?.user.id && <span>{owner.email}</span>}
      </span>
      <Menu position="bottom-end" width={208}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`More about ${apiKey.name}`} loading={roll.isPending}>
            <IconDots size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={15} />} onClick={change}>
            Change
          </Menu.Item>
          <Menu.Item leftSection={<IconRefresh size={15} />} onClick={() => roll.mutate()}>
            Roll, old one good for a day
          </Menu.Item>
          <Menu.Item leftSection={<IconTrash size={15} />} color="red" onClick={remove}>
            Revoke
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

function Ends({ apiKey: { expires_at, former_until } }: { apiKey: ApiKey }) {
  const isRolling = former_until !== null && Date.parse(former_until) > Date.now();
  return (
    <>
      {isRolling && (
        <span>
          old secret good until <When at={former_until} />
        </span>
      )}
      {expires_at && (
        <span>
          {Date.parse(expires_at) > Date.now() ? "ends " : "ended "}
          <When at={expires_at} />
        </span>
      )}
    </>
  );
}

function segmentsOf({ segment_ids }: ApiKey): string {
  return segment_ids === null ? "all shown segments" : plural(segment_ids.length, "segment");
}

function limitsOf({ rate_limits: { standard, members } }: ApiKey): string {
  return `${formatCount(standard ?? STANDARD.standard)} calls and ${formatCount(members ?? STANDARD.members)} of members an hour`;
}
