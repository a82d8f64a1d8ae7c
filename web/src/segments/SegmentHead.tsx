/** How many are in a segment now, and what it means. */
import { Link } from "@tanstack/react-router";
import type { Dataset } from "../api/datasets.ts";
import type { Segment } from "../api/segments.ts";
import { useMoves } from "../live/moves.ts";
import { Count } from "../parts/Count.tsx";
import { formatCount, formatShare } from "../parts/format.ts";
import { Sparkline } from "../parts/Sparkline.tsx";
import { Status } from "../parts/Status.tsx";
import { When } from "../parts/When.tsx";
import { segmentTone, segmentWord } from "./words.ts";

export function SegmentHead({ segment, dataset }: { segment: Segment; dataset: Dataset }) {
  const points = useMoves(segment.id);
  return (
    <div className="segment-head">
      <div className="segment-number">
        <Count value={segment.member_count} size="hero" stale={segment.status !== "live"} label="members" />
        <p className="faint">
          of {formatCount(dataset.record_count)} · <b>{formatShare(segment.member_count, dataset.record_count)}</b>
        </p>
        <p className="segment-state">
          <Status tone={segmentTone(segment)}>{segmentWord(segment)}</Status>
          <span className="faint">
            computed <When at={segment.computed_at} />
          </span>
          <Sparkline points={points} width={96} />
        </p>
      </div>
      <div className="segment-meaning">
        <p className="sentence segment-sentence">{segment.words || `All rows of ${dataset.name}`}</p>
        {segment.description && <p className="faint">{segment.description}</p>}
        <p className="row segment-facts">
          {segment.tags.map((tag) => (
            <Link key={tag} to="/segments" search={{ tag }} className="tag">
              {tag}
            </Link>
          ))}
          <span className="faint">
            over{" "}
            <Link to="/files/$id" params={{ id: dataset.id }} search={{}} className="link">
              {dataset.name}
            </Link>
            , made <When at={segment.created_at} />
            {segment.created_by && ` by ${segment.created_by.email}`}, version {segment.version}
          </span>
        </p>
      </div>
    </div>
  );
}
