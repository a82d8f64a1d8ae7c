/** One of a dataset's segments, found by name, with how many are in it now. */
import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Segment, segmentQuery, segmentsQuery } from "../api/segments.ts";
import { formatCount } from "../parts/format.ts";
import { takeShownOption } from "../parts/shownOption.ts";

interface SegmentPickerProps {
  readonly label?: string;
  readonly placeholder?: string;
  readonly datasetId: string;
  /** Not offered. */
  readonly without?: string | undefined;
  readonly value: string;
  readonly change: (id: string) => void;
  readonly autoFocus?: boolean;
}

const PAUSE = 120;

export function SegmentPicker(props: SegmentPickerProps) {
  const { label = "Segment", placeholder = "Choose a segment", datasetId, without, value, change, autoFocus } = props;
  const [text, setText] = useState("");
  const { data: chosen } = useQuery({ ...segmentQuery(value), enabled: value !== "", retry: false });
  // What the field shows of the chosen one is no search.
  const [search] = useDebouncedValue(text === chosen?.name ? "" : text, PAUSE);
  const { data } = useInfiniteQuery(
    segmentsQuery({ dataset_id: datasetId, sort: "name", search: search || undefined }),
  );
  const found = data?.pages.flatMap((page) => page.data).filter(({ id }) => id !== without) ?? [];
  const offered = chosen && !found.some(({ id }) => id === chosen.id) ? [chosen, ...found] : found;
  const unknown = value !== "" && !offered.some(({ id }) => id === value) ? [{ value, label: value }] : [];
  const counts = new Map(offered.map(({ id, member_count }: Segment) => [id, member_count]));
  return (
    <Select
      className="rule-segment-menu"
      aria-label={label}
      placeholder={placeholder}
      data={[...offered.map(({ id, name }) => ({ value: id, label: name })), ...unknown]}
      value={value === "" ? null : value}
      onChange={(id) => id && change(id)}
      searchValue={text}
      onSearchChange={setText}
      filter={({ options }) => options}
      searchable
      selectFirstOptionOnChange
      onKeyDownCapture={takeShownOption}
      allowDeselect={false}
      autoFocus={autoFocus}
      defaultDropdownOpened={autoFocus}
      onFocus={(event) => event.currentTarget.select()}
      nothingFoundMessage="No such segment of this file"
      maxDropdownHeight={320}
      renderOption={({ option }) => (
        <span className="suggestion">
          <span>{option.label}</span>
          {counts.has(option.value) && <span className="faint">{formatCount(counts.get(option.value) ?? 0)}</span>}
        </span>
      )}
    />
  );
}
