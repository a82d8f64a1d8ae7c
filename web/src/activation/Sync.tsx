/** One sync: whether it is in step, its runs, and what became of each record. */
import "./activation.css";
import { Button } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { deleteSync, destinationQuery, pauseSync, resumeSync, type Sync, syncQuery } from "../api/activation.ts";
import { segmentQuery } from "../api/segments.ts";
import { Count } from "../parts/Count.tsx";
import { sayProblem } from "../parts/notify.ts";
import { Page, Section } from "../parts/Page.tsx";
import { Failed, LoadingRows } from "../parts/States.tsx";
import { Status } from "../parts/Status.tsx";
import { deleteWithUndo } from "../parts/undo.tsx";
import { useMay } from "../parts/useRole.ts";
import { When } from "../parts/When.tsx";
import { Runs } from "./Runs.tsx";
import { syncTone, syncWord } from "./words.ts";

const route = getRouteApi("/app/activation/syncs/$id");
const CRUMBS = [{ label: "Activation", to: "/activation" }];

export function SyncView() {
  const { id } = route.useParams();
  const { data, error } = useQuery(syncQuery(id));
  if (data) return <Known sync={data} />;
  return (
    <Page title="Sync" crumbs={CRUMBS} heading={<h1 className="faint">Sync</h1>}>
      {error ? <Failed what="This sync could not be shown." error={error} /> : <LoadingRows />}
    </Page>
  );
}

function Known({ sync }: { sync: Sync }) {
  const { data: segment } = useQuery(segmentQuery(sync.segment_id));
  const { data: destination } = useQuery(destinationQuery(sync.destination_id));
  const mayWrite = useMay("admin");
  const behind = segment ? segment.member_count : undefined;
  return (
    <Page
      title={`${segment?.name ?? "Segment"} → ${destination?.name ?? "Account"}`}
      crumbs={CRUMBS}
      actions={mayWrite && <Actions sync={sync} />}
    >
      <dl className="facts">
        <div>
          <dt>Audience</dt>
          <dd>
            <Count value={sync.audience_size} size="hero" label="in the audience" />
          </dd>
        </div>
        <div>
          <dt>State</dt>
          <dd>
            <Status tone={syncTone(sync.status)}>{syncWord(sync.status)}</Status>
          </dd>
        </div>
        <div>
          <dt>Members</dt>
          <dd>
            <Link to="/segments/$id" params={{ id: sync.segment_id }} search={{}} className="link">
              <Count value={behind} />
            </Link>
          </dd>
        </div>
        <div>
          <dt>Waiting</dt>
          <dd>
            <Count value={sync.waiting} />
          </dd>
        </div>
        <div>
          <dt>Last synced</dt>
          <dd>
            <When at={sync.last_synced_at} />
          </dd>
        </div>
        <div>
          <dt>E-mail from</dt>
          <dd>{sync.mapping.email}</dd>
        </div>
        <div>
          <dt>Account</dt>
          <dd>
            <Link
              to="/activation/$id"
              params={{ id: sync.destination_id }}
              search={{ segment: sync.segment_id }}
              className="link"
            >
              {destination?.name ?? "Account"}
            </Link>
          </dd>
        </div>
      </dl>
      {sync.error && (
        <Failed
          what={sync.status === "failed" ? "The sync stopped." : "The last attempt failed; nothing is lost."}
          error={new Error(sync.error.detail)}
        />
      )}
      {sync.status === "retrying" && sync.next_attempt_at && (
        <p className="faint">
          Next attempt <When at={sync.next_attempt_at} />.
        </p>
      )}
      <Section title="Runs">
        <Runs syncId={sync.id} />
      </Section>
    </Page>
  );
}

function Actions({ sync }: { sync: Sync }) {
  const client = useQueryClient();
  const navigate = route.useNavigate();
  const isPaused = sync.status === "paused" || sync.status === "failed";
  const turn = useMutation({
    mutationFn: () => (isPaused ? resumeSync(sync.id) : pauseSync(sync.id)),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["sync", sync.id] }),
    onError: (error) => sayProblem("Not changed", error),
  });
  const remove = () => {
    deleteWithUndo({
      message: "Sync deleted, its audience is withdrawn",
      id: sync.id,
      run: (keepalive) => deleteSync(sync.id, keepalive),
      done: () => void client.invalidateQueries({ queryKey: ["syncs"] }),
    });
    void navigate({ to: "/activation" });
  };
  return (
    <>
      <Button variant="subtle" color="gray" leftSection={<IconTrash size={15} />} onClick={remove}>
        Delete
      </Button>
      <Button
        variant="default"
        loading={turn.isPending}
        leftSection={isPaused ? <IconPlayerPlay size={15} /> : <IconPlayerPause size={15} />}
        onClick={() => turn.mutate()}
      >
        {isPaused ? "Resume" : "Pause"}
      </Button>
    </>
  );
}
