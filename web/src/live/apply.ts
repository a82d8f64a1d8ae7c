/** Puts the live stream's news where the views read: into the query cache. Lists that only know less ask again soon. */
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { Sync } from "../api/activation.ts";
import type { Dataset } from "../api/datasets.ts";
import type { Page } from "../api/http.ts";
import { type Import, isUnderWay } from "../api/imports.ts";
import type { Segment } from "../api/segments.ts";
import type { Moves } from "./moves.ts";
import type { DatasetNews, ImportNews, News, SegmentNews, SyncNews } from "./news.ts";
import type { Soon } from "./soon.ts";

export interface LiveTargets {
  readonly client: QueryClient;
  readonly soon: Soon;
  readonly moves: Moves;
}

/** Milliseconds until a list that cannot be patched is asked for again. */
const LIST_DELAY = 400;
const RECORDS_DELAY = 2_000;

export function applyNews(targets: LiveTargets, news: News): void {
  if (news.event === "segment") applySegment(targets, news.data);
  else if (news.event === "import") applyImport(targets, news.data);
  else if (news.event === "dataset") applyDataset(targets, news.data);
  else applySync(targets, news.data);
}

function applySegment({ client, soon, moves }: LiveTargets, news: SegmentNews): void {
  const { segment_id: id, member_count, computed_at, status, progress } = news;
  const patch = { member_count, computed_at, status, progress };
  const before = client.getQueryData<Segment>(["segment", id]) ?? listed(client, id);
  if (before && before.status === "live" && status === "live") {
    moves.note(id, before.member_count, Date.parse(before.computed_at ?? computed_at));
    moves.note(id, member_count, Date.parse(computed_at));
  }
  client.setQueryData<Segment>(["segment", id], (old) => old && { ...old, ...patch });
  client.setQueriesData<Pages<Segment>>({ queryKey: ["segments"] }, (old) => patchPages(old, id, patch));
  if (before && before.status !== status) again({ client, soon }, ["segment", id], LIST_DELAY);
  if (!before) again({ client, soon }, ["segments"], LIST_DELAY);
  again({ client, soon }, ["members", id], LIST_DELAY * pagesOf(client, ["members", id]));
  for (const key of ["activity", "reasons", "versions"]) again({ client, soon }, [key, id], LIST_DELAY);
}

function applyImport({ client, soon }: LiveTargets, news: ImportNews): void {
  const dataset = news.dataset_id;
  client.setQueryData<Import>(["import", news.id], (old) => old && { ...old, ...news });
  client.setQueriesData<Pages<Import>>({ queryKey: ["imports", dataset] }, (old) => patchPages(old, news.id, news));
  patchDatasets(client, dataset, ({ last_import: last }) =>
    last?.id === news.id ? { last_import: { ...last, ...news } } : {},
  );
  const isKnown = client.getQueryData<Dataset>(["dataset", dataset])?.last_import?.id === news.id;
  const lists = isUnderWay(news.status)
    ? [["dataset", dataset], ["datasets"], ["imports", dataset]]
    : [["dataset", dataset], ["datasets"], ["imports", dataset], ["records", dataset], ["language"]];
  if (isUnderWay(news.status) && isKnown) return;
  for (const key of lists) again({ client, soon }, key, LIST_DELAY);
}

function applyDataset({ client, soon }: LiveTargets, news: DatasetNews): void {
  patchDatasets(client, news.dataset_id, () => ({ record_count: news.record_count }));
  const records = ["records", news.dataset_id];
  again({ client, soon }, records, RECORDS_DELAY * pagesOf(client, records));
  again({ client, soon }, ["record", news.dataset_id], LIST_DELAY);
  again({ client, soon }, ["reasons"], LIST_DELAY);
}

function applySync({ client, soon }: LiveTargets, news: SyncNews): void {
  const { sync_id: id, segment_id, ...patch } = news;
  client.setQueryData<Sync>(["sync", id], (old) => old && { ...old, ...patch });
  client.setQueriesData<Page<Sync>>(
    { queryKey: ["syncs"] },
    (old) => old && { ...old, data: old.data.map((sync) => (sync.id === id ? { ...sync, ...patch } : sync)) },
  );
  for (const key of [["runs", id], ["audiences"], ["audience"]]) again({ client, soon }, key, LIST_DELAY);
  if (news.last_synced_at) {
    client.setQueryData<Segment>(
      ["segment", segment_id],
      (old) => old && { ...old, last_synced_at: news.last_synced_at },
    );
  }
}

type Pages<Row> = InfiniteData<Page<Row>>;

function patchPages<Row extends { readonly id: string }>(old: Pages<Row> | undefined, id: string, patch: Partial<Row>) {
  if (!old?.pages.some((page) => page.data.some((row) => row.id === id))) return old;
  const patched = (row: Row) => (row.id === id ? { ...row, ...patch } : row);
  return { ...old, pages: old.pages.map((page) => ({ ...page, data: page.data.map(patched) })) };
}

function patchDatasets(client: QueryClient, id: string, patch: (old: Dataset) => Partial<Dataset>): void {
  client.setQueryData<Dataset>(["dataset", id], (old) => old && { ...old, ...patch(old) });
  client.setQueryData<Page<Dataset>>(
    ["datasets"],
    (old) => old && { ...old, data: old.data.map((row) => (row.id === id ? { ...row, ...patch(row) } : row)) },
  );
}

/** How many pages a list has loaded: the more, the seldomer all of them are asked for again. */
function pagesOf(client: QueryClient, key: readonly string[]): number {
  const loaded = client.getQueriesData<Pages<Segment>>({ queryKey: [...key] });
  return Math.max(1, ...loaded.map(([, data]) => data?.pages.length ?? 1));
}

function listed(client: QueryClient, id: string): Segment | undefined {
  for (const [, pages] of client.getQueriesData<Pages<Segment>>({ queryKey: ["segments"] })) {
    const found = pages?.pages.flatMap((page) => page.data).find((segment) => segment.id === id);
    if (found) return found;
  }
  return undefined;
}

function again({ client, soon }: Omit<LiveTargets, "moves">, key: readonly string[], delay: number): void {
  soon.run(key.join(" "), delay, () => void client.invalidateQueries({ queryKey: [...key] }));
}
