/** Why a record is in a segment or not: every condition with its answer, what was seen, and when that will change. */
import "./why.css";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type Reason, type ReasonGroup, reasonsQuery } from "../api/explain.ts";
import { meQuery } from "../api/session.ts";
import { localTime } from "../parts/localTime.ts";
import { Failed, LoadingRows } from "../parts/States.tsx";
import { Value } from "../parts/Value.tsx";
import { clauseOf } from "./clause.ts";

interface WhyProps {
  readonly segmentId: string;
  readonly segmentName: string;
  readonly recordKey: string;
}

export function Why({ segmentId, segmentName, recordKey }: WhyProps) {
  const { data, error, refetch } = useQuery(reasonsQuery(segmentId, recordKey));
  return (
    <section className="why" aria-label={`Why in or out of ${segmentName}`}>
      {error && <Failed what="It could not be explained." error={error} retry={refetch} />}
      {!data && !error && <LoadingRows rows={3} columns={1} />}
      {data && (
        <>
          <p className="why-head">
            <Mark result={data.member} />
            <strong>{data.member ? "In" : "Not in"}</strong> {segmentName}
          </p>
          <Rules group={data.root} isOutermost />
        </>
      )}
    </section>
  );
}

function Rules({ group, isOutermost = false }: { group: ReasonGroup; isOutermost?: boolean }) {
  return (
    <>
      {(!isOutermost || group.not || group.combinator === "or") && (
        <p className="why-group">
          {!isOutermost && <Mark result={group.result} />}
          {group.not ? "Not " : ""}
          {group.combinator === "and" ? "all of these" : "any of these"}
        </p>
      )}
      {group.rules.length === 0 && <p className="faint">No conditions: everything matches.</p>}
      <ul className="why-rules">
        {group.rules.map((rule, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a query's rules are known by their places
          <li key={i}>{rule.kind === "group" ? <Rules group={rule} /> : <Line reason={rule} />}</li>
        ))}
      </ul>
    </>
  );
}

function Line({ reason: { result, words, value, changes_at } }: { reason: Reason }) {
  const { data: me } = useQuery(meQuery);
  const at = changes_at && localTime(changes_at, me?.workspace.time_zone ?? "UTC")?.slice(0, -3);
  return (
    <div className="why-line">
      <Mark result={result} />
      <span>
        {clauseOf(words)}
        <span className="why-seen">
          {typeof value === "boolean" && /segment/.test(words) ? (
            value ? (
              "it is in it"
            ) : (
              "it is not in it"
            )
          ) : (
            <>
              seen: <Value value={value} type={isInstant(value) ? "datetime" : undefined} />
            </>
          )}
          {at && (
            <>
              {" "}
              · {result ? "until" : "from"} <time dateTime={changes_at ?? undefined}>{at}</time>
              {result ? "" : " on"}
            </>
          )}
        </span>
      </span>
    </div>
  );
}

const isInstant = (value: unknown) => typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value);

function Mark({ result }: { result: boolean }) {
  const Icon = result ? IconCheck : IconX;
  return (
    <span className="why-mark" data-result={result}>
      <Icon size={14} aria-hidden />
      <span className="unseen">{result ? "Yes:" : "No:"}</span>
    </span>
  );
}
