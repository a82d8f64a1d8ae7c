/** How the segment is found: each condition in the order of its evaluation, what it finds alone, and what that costs. */
import "./plan.css";
import { Button } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type PlanCondition, planQuery } from "../api/explain.ts";
import type { Segment } from "../api/segments.ts";
import { formatCount, formatDuration, formatShare } from "../parts/format.ts";
import { Section } from "../parts/Page.tsx";
import { Failed, LoadingRows } from "../parts/States.tsx";
import { AskWhy } from "./AskWhy.tsx";
import { clauseOf } from "./clause.ts";
import { Hints } from "./Hints.tsx";

interface PlanProps {
  readonly segment: Segment;
  readonly mayWrite: boolean;
  readonly open: (key: string) => void;
}

export function Plan({ segment, mayWrite, open }: PlanProps) {
  const { data, error, refetch, isFetching } = useQuery(planQuery(segment.id));
  return (
    <>
      <Section title="Why is a record in or out?">
        <AskWhy open={open} />
      </Section>
      <Section
        title="How it is found"
        aside={
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            leftSection={<IconRefresh size={14} />}
            loading={isFetching}
            onClick={() => void refetch()}
          >
            Measure again
          </Button>
        }
      >
        {error && <Failed what="The plan could not be shown." error={error} retry={refetch} />}
        {!data && !error && <LoadingRows rows={3} columns={5} />}
        {data && (
          <>
            <p className="plan-sum">
              {formatCount(data.count)} of {formatCount(data.total)}, found in {formatDuration(data.took_ms)}. Each
              condition by itself:
            </p>
            {data.plan.conditions.length === 0 ? (
              <p className="faint quiet-line">Without conditions, every record is a member.</p>
            ) : (
              <Conditions conditions={data.plan.conditions} total={data.total} />
            )}
            <Hints segment={segment} plan={data} mayWrite={mayWrite} />
          </>
        )}
      </Section>
    </>
  );
}

/** What takes less than a millisecond is told apart here, too. */
const fine = (ms: number) => (ms < 10 ? `${ms.toFixed(2)} ms` : formatDuration(ms));

function Conditions({ conditions, total }: { conditions: readonly PlanCondition[]; total: number }) {
  const slowest = Math.max(...conditions.map(({ took_ms }) => took_ms));
  return (
    <div className="scroll-x">
      <table className="table plan" aria-label="Conditions in the order of their evaluation">
        <thead>
          <tr>
            <th>Condition</th>
            <th data-align="right" className="wide-only">
              Estimated
            </th>
            <th data-align="right">Found</th>
            <th className="wide-only">Of all</th>
            <th data-align="right">Time</th>
            <th data-align="right" className="wide-only">
              Shared by
            </th>
          </tr>
        </thead>
        <tbody>
          {[...conditions]
            .sort((a, b) => a.rank - b.rank)
            .map((condition) => (
              <tr key={condition.path}>
                <td className="plan-words">{clauseOf(condition.words)}</td>
                <td data-align="right" className="wide-only faint">
                  {formatCount(condition.estimated)}
                </td>
                <td data-align="right">{formatCount(condition.actual)}</td>
                <td className="wide-only">
                  <span className="plan-share">
                    <i style={{ width: `${total === 0 ? 0 : (condition.actual / total) * 100}%` }} />
                  </span>
                  <span className="faint">{formatShare(condition.actual, total)}</span>
                </td>
                <td
                  data-align="right"
                  data-slowest={(conditions.length > 1 && condition.took_ms === slowest) || undefined}
                >
                  {fine(condition.took_ms)}
                </td>
                <td data-align="right" className="wide-only faint">
                  {condition.shared_by > 1 ? `${formatCount(condition.shared_by)} segments` : "–"}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
