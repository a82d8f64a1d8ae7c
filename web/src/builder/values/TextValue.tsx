/** Text values, with suggestions from the data: the most frequent that hold what is typed. */
import { Autocomplete, type OptionsFilter, TagsInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { valuesQuery } from "../../api/datasets.ts";
import { formatCount } from "../../parts/format.ts";
import type { OneValueProps } from "./ValueFields.tsx";

interface SuggestedProps extends OneValueProps {
  readonly datasetId: string;
  readonly field: string;
}

const PAUSE = 100;

export function TextValue({ label, value, change, datasetId, field }: SuggestedProps) {
  const text = value === undefined || value === null ? "" : String(value);
  const { suggestions, begin, renderOption } = useSuggestions(datasetId, field, text);
  return (
    <Autocomplete
      aria-label={label}
      className="value-text"
      value={text}
      onChange={change}
      data={suggestions}
      filter={unfiltered}
      renderOption={renderOption}
      onFocus={begin}
      placeholder="value"
    />
  );
}

export function ManyValues({ label, value, change, datasetId, field }: SuggestedProps) {
  const [text, setText] = useState("");
  const { suggestions, begin, renderOption } = useSuggestions(datasetId, field, text);
  const chosen = Array.isArray(value) ? value.map(String) : [];
  return (
    <TagsInput
      aria-label={label}
      className="value-many"
      value={chosen}
      onChange={change}
      searchValue={text}
      onSearchChange={setText}
      data={suggestions.filter((suggestion) => !chosen.includes(suggestion))}
      filter={unfiltered}
      renderOption={renderOption}
      onFocus={begin}
      acceptValueOnBlur
      splitChars={[",", ";", "\n"]}
      placeholder={chosen.length === 0 ? "values" : ""}
    />
  );
}

/** The program has chosen already. */
const unfiltered: OptionsFilter = ({ options }) => options;

function useSuggestions(datasetId: string, field: string, text: string) {
  const [isOpen, setOpen] = useState(false);
  const [settled] = useDebouncedValue(text, PAUSE);
  const { data } = useQuery({
    ...valuesQuery(datasetId, field, settled),
    enabled: isOpen && datasetId !== "",
    placeholderData: keepPreviousData,
  });
  return useMemo(() => {
    const values = data?.data ?? [];
    const counts = new Map(values.map(({ value, count }) => [value, count]));
    const renderOption = ({ option }: { option: { value: string } }) => (
      <span className="suggestion">
        <span>{option.value}</span>
        <span className="faint">{formatCount(counts.get(option.value) ?? 0)}</span>
      </span>
    );
    return {
      suggestions: [...counts.keys()].filter((value) => value !== ""),
      begin: () => setOpen(true),
      renderOption,
    };
  }, [data]);
}
