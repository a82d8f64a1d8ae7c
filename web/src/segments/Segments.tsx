/** All segments with their live counts: searched, sorted, narrowed by tag or file. */
import { Button, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconPlus, IconSearch, IconUsersGroup } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { datasetsQuery } from "../api/datasets.ts";
import { segmentsQuery } from "../api/segments.ts";
import { NoFiles } from "../files/Files.tsx";
import { useShown } from "../parts/deletions.ts";
import { LinkButton } from "../parts/LinkButton.tsx";
import { Page } from "../parts/Page.tsx";
import { Empty, Failed, LoadingRows } from "../parts/States.tsx";
import { useMay } from "../parts/useRole.ts";
import { SegmentTable } from "./SegmentTable.tsx";

const route = getRouteApi("/app/segments");
const FIRST_SORT = "-updated_at";
const PAUSE = 150;

export function Segments() {
  const { q, sort = FIRST_SORT, tag, dataset } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (patch: { q?: string; sort?: string; tag?: string; dataset?: string }) =>
    void navigate({
      search: { q, sort: sort === FIRST_SORT ? undefined : sort, tag, dataset, ...patch },
      replace: true,
    });
  const filter = { search: q, sort, tag, dataset_id: dataset };
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(segmentsQuery(filter));
  const isShown = useShown();
  const { data: datasets } = useQuery(datasetsQuery);
  const segments = useMemo(
    () => data?.pages.flatMap((page) => page.data).filter(({ id }) => isShown(id)) ?? [],
    [data, isShown],
  );
  const mayWrite = useMay("analyst");
  const isNarrowed = Boolean(q || tag || dataset);
  return (
    <Page
      title="Segments"
      actions={
        mayWrite && (
          <LinkButton to="/segments/new" search={{ dataset }} leftSection={<IconPlus size={15} />} data-new>
            New segment
          </LinkButton>
        )
      }
    >
      <div className="toolbar">
        <SearchField value={q} change={(text) => set({ q: text || undefined })} />
        {(datasets?.data.length ?? 0) > 1 && (
          <Select
            aria-label="File"
            placeholder="All files"
            data={datasets?.data.map(({ id, name }) => ({ value: id, label: name })) ?? []}
            value={dataset ?? null}
            onChange={(id) => set({ dataset: id ?? undefined })}
            clearable
            w={176}
          />
        )}
        {tag && (
          <Button
            variant="light"
            size="compact-sm"
            onClick={() => set({ tag: undefined })}
            aria-label={`Tag ${tag}: show all`}
          >
            {tag} ×
          </Button>
        )}
      </div>
      {error && <Failed what="The segments could not be listed." error={error} retry={refetch} />}
      {!data && !error && <LoadingRows />}
      {data &&
        segments.length === 0 &&
        (isNarrowed ? (
          <NoneFound clear={() => void navigate({ search: {} })} />
        ) : (
          <None hasFiles={datasets?.data.length !== 0} mayWrite={mayWrite} />
        ))}
      {segments.length > 0 && (
        <SegmentTable
          segments={segments}
          datasets={datasets?.data ?? []}
          sort={sort}
          setSort={(next) => set({ sort: next === FIRST_SORT ? undefined : next })}
          setTag={(next) => set({ tag: next })}
        />
      )}
      {hasNextPage && (
        <Button variant="subtle" mt="md" onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
    </Page>
  );
}

function SearchField({ value, change }: { value: string | undefined; change: (text: string) => void }) {
  const [text, setText] = useState(value ?? "");
  const later = useDebouncedCallback(change, PAUSE);
  return (
    <TextInput
      className="grow"
      type="search"
      aria-label="Search segments"
      placeholder="Search"
      leftSection={<IconSearch size={15} />}
      rightSection={text === "" ? <kbd>/</kbd> : null}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        later(event.currentTarget.value);
      }}
      data-search
    />
  );
}

function NoneFound({ clear }: { clear: () => void }) {
  return (
    <Empty
      icon={<IconSearch />}
      title="No segment fits"
      action={
        <Button variant="default" onClick={clear}>
          Show all
        </Button>
      }
    >
      Names, descriptions and tags were searched.
    </Empty>
  );
}

function None({ hasFiles, mayWrite }: { hasFiles: boolean; mayWrite: boolean }) {
  if (!hasFiles) return <NoFiles mayWrite={mayWrite} />;
  return (
    <Empty
      icon={<IconUsersGroup />}
      title="Say who you want to reach"
      action={
        mayWrite && (
          <LinkButton to="/segments/new" search={{}}>
            New segment
          </LinkButton>
        )
      }
    >
      A segment is a question about your data, such as “customers in California who spent more than 80”. Its count and
      its members stay exact as the data changes.
    </Empty>
  );
}
