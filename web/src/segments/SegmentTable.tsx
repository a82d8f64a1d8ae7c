import { UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Dataset } from "../api/datasets.ts";
import type { Segment } from "../api/segments.ts";
import { useMoves } from "../live/moves.ts";
import { Count } from "../parts/Count.tsx";
import { Sparkline } from "../parts/Sparkline.tsx";
import { Status } from "../parts/Status.tsx";
import { rowKeys } from "../parts/VirtualTable.tsx";
import { When } from "../parts/When.tsx";
import { segmentTone, segmentWord } from "./words.ts";

interface SegmentTableProps {
  readonly segments: readonly Segment[];
  readonly datasets: readonly Dataset[];
  readonly sort: string;
  readonly setSort: (sort: string) => void;
  readonly setTag: (tag: string) => void;
}

export function SegmentTable({ segments, datasets, sort, setSort, setTag }: SegmentTableProps) {
  const names = new Map(datasets.map(({ id, name }) => [id, name]));
  const head = (by: string, children: ReactNode) => (
    <SortHead by={by} sort={sort} setSort={setSort}>
      {children}
    </SortHead>
  );
  return (
    <table className="table" aria-label="Segments">
      <thead>
        <tr>
          <th aria-sort={sorted("name", sort)}>{head("name", "Name")}</th>
          <th className="wide-only">File</th>
          <th className="wide-only">State</th>
          <th className="wide-only">Trend</th>
          <th data-align="right" aria-sort={sorted("member_count", sort)}>
            {head("member_count", "Members")}
          </th>
          <th className="wide-only" data-align="right">
            Computed
          </th>
          <th className="wide-only" data-align="right" aria-sort={sorted("updated_at", sort)}>
            {head("updated_at", "Edited")}
          </th>
        </tr>
      </thead>
      <tbody>
        {segments.map((segment) => (
          <SegmentRow
            key={segment.id}
            segment={segment}
            fileName={names.get(segment.dataset_id) ?? ""}
            setTag={setTag}
          />
        ))}
      </tbody>
    </table>
  );
}

interface SegmentRowProps {
  readonly segment: Segment;
  readonly fileName: string;
  readonly setTag: (tag: string) => void;
}

function SegmentRow({ segment, fileName, setTag }: SegmentRowProps) {
  const navigate = useNavigate();
  const points = useMoves(segment.id);
  const open = () => void navigate({ to: "/segments/$id", params: { id: segment.id }, search: {} });
  return (
    <tr data-open tabIndex={0} onClick={open} onKeyDown={(event) => rowKeys(event, open)}>
      <td>
        <Link
          to="/segments/$id"
          params={{ id: segment.id }}
          search={{}}
          className="title"
          tabIndex={-1}
          onClick={(event) => event.stopPropagation()}
        >
          {segment.name}
        </Link>
        <div className="sub">
          {segment.tags.map((tag) => (
            <UnstyledButton
              key={tag}
              className="tag segment-tag"
              aria-label={`Only tag ${tag}`}
              onClick={(event) => {
                event.stopPropagation();
                setTag(tag);
              }}
            >
              {tag}
            </UnstyledButton>
          ))}
          <span className="segment-words">{segment.description || segment.words}</span>
        </div>
      </td>
      <td className="wide-only faint">{fileName}</td>
      <td className="wide-only">
        <Status tone={segmentTone(segment)}>{segmentWord(segment)}</Status>
      </td>
      <td className="wide-only">
        <Sparkline points={points} />
      </td>
      <td data-align="right" className="segment-count">
        <Count value={segment.member_count} stale={segment.status !== "live"} />
      </td>
      <td className="wide-only faint" data-align="right">
        <When at={segment.computed_at} />
      </td>
      <td className="wide-only faint" data-align="right">
        <When at={segment.updated_at} />
      </td>
    </tr>
  );
}

const sorted = (by: string, sort: string) => (sort === by ? "ascending" : sort === `-${by}` ? "descending" : "none");

interface SortHeadProps {
  readonly by: string;
  readonly sort: string;
  readonly setSort: (sort: string) => void;
  readonly children: ReactNode;
}

/** Names begin with A, numbers and times with the greatest. */
function SortHead({ by, sort, setSort, children }: SortHeadProps) {
  const first = by === "name" ? by : `-${by}`;
  const other = by === "name" ? `-${by}` : by;
  return (
    <UnstyledButton
      className="sort"
      fz="inherit"
      data-sorted={sort.endsWith(by) || undefined}
      onClick={() => setSort(sort === first ? other : first)}
    >
      {children}
      {sort === by && <IconArrowUp size={12} aria-hidden />}
      {sort === `-${by}` && <IconArrowDown size={12} aria-hidden />}
    </UnstyledButton>
  );
}
