import { Switch } from "@mantine/core";
import { IconEyeOff } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { exposeSegment, type Segment, segmentsQuery } from "../api/segments.ts";
import { useShown } from "../parts/deletions.ts";
import { formatCount } from "../parts/format.ts";
import { sayProblem } from "../parts/notify.ts";
import { Empty, Failed, LoadingRows } from "../parts/States.tsx";
import { useMay } from "../parts/useRole.ts";

/** Which segments the API shows: none that nobody chose to. */
export function Exposed() {
  const { data, error, refetch } = useInfiniteQuery(segmentsQuery({}));
  const isShown = useShown();
  if (error) return <Failed what="The segments could not be listed." error={error} retry={refetch} />;
  if (!data) return <LoadingRows rows={3} columns={2} />;
  const segments = data.pages.flatMap((page) => page.data).filter(({ id }) => isShown(id));
  if (segments.length === 0)
    return (
      <Empty icon={<IconEyeOff size={26} stroke={1.4} />} title="No segments yet">
        Build a segment, then choose here whether partners’ programs may see it.
      </Empty>
    );
  return (
    <div>
      {segments.map((segment) => (
        <ExposedLine key={segment.id} segment={segment} />
      ))}
    </div>
  );
}

function ExposedLine({ segment }: { segment: Segment }) {
  const client = useQueryClient();
  const mayChange = useMay("analyst");
  const change = useMutation({
    mutationFn: (exposed: boolean) => exposeSegment(segment.id, exposed),
    onError: (error) => sayProblem("Not changed", error),
    // Pending until the list says so, so that the switch does not jump back in between.
    onSettled: () => client.invalidateQueries({ queryKey: ["segments"] }),
  });
  const exposed = change.isPending ? change.variables : segment.api_exposed;
  return (
    <div className="exposed-line">
      <Link to="/segments/$id" params={{ id: segment.id }} search={{}} className="link">
        {segment.name}
      </Link>
      <span className="faint">{formatCount(segment.member_count)}</span>
      <Switch
        aria-label={`Show ${segment.name} through the API`}
        checked={exposed}
        disabled={!mayChange}
        onChange={({ currentTarget }) => change.mutate(currentTarget.checked)}
      />
    </div>
  );
}
