import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, test } from "vitest";
import { applyNews, type LiveTargets } from "./apply.ts";
import { Moves } from "./moves.ts";
import { isResumed, readNews, type SegmentNews } from "./news.ts";
import { Soon } from "./soon.ts";

const segment = { id: "seg_1", member_count: 10, computed_at: "2026-11-21T00:00:00Z", status: "live", progress: 1 };
const pages = (...data: object[]) => ({ pages: [{ data, next_cursor: null }], pageParams: [null] });
const news = (patch: Partial<SegmentNews>): SegmentNews => ({
  segment_id: "seg_1",
  dataset_id: "ds_1",
  member_count: 11,
  computed_at: "2026-11-21T00:00:05Z",
  status: "live",
  progress: 1,
  ...patch,
});

let targets: LiveTargets;
let client: QueryClient;

beforeEach(() => {
  client = new QueryClient();
  const soon = new Soon();
  targets = { client, soon, moves: new Moves() };
  return () => soon.cancel();
});

describe("live news", () => {
  test("W30 a segment's new count stands in its view and in every list at once", () => {
    client.setQueryData(["segment", "seg_1"], segment);
    client.setQueryData(["segments", {}], pages(segment, { id: "seg_2", member_count: 4 }));
    applyNews(targets, { event: "segment", data: news({}) });
    expect(client.getQueryData(["segment", "seg_1"])).toMatchObject({ member_count: 11 });
    expect(client.getQueryData(["segments", {}])).toMatchObject({
      pages: [
        {
          data: [
            { id: "seg_1", member_count: 11 },
            { id: "seg_2", member_count: 4 },
          ],
        },
      ],
    });
  });

  test("W31 a trend has the counts a live segment went through, without repeats", () => {
    client.setQueryData(["segment", "seg_1"], segment);
    for (const member_count of [11, 11, 9]) applyNews(targets, { event: "segment", data: news({ member_count }) });
    expect(targets.moves.of("seg_1").map(({ count }) => count)).toEqual([10, 11, 9]);
  });

  test("W31 counts of a computation that is not done are no trend", () => {
    client.setQueryData(["segment", "seg_1"], segment);
    applyNews(targets, { event: "segment", data: news({ member_count: 3, status: "computing", progress: 0.4 }) });
    expect(targets.moves.of("seg_1")).toEqual([]);
  });

  test("W32 an import's progress changes what is known of it and keeps the rest", () => {
    const job = { id: "imp_1", dataset_id: "ds_1", file_name: "a.csv", status: "running", rows_read: 0 };
    client.setQueryData(["import", "imp_1"], job);
    client.setQueryData(["datasets"], { data: [{ id: "ds_1", last_import: job }], next_cursor: null });
    applyNews(targets, {
      event: "import",
      data: { id: "imp_1", dataset_id: "ds_1", status: "running", rows_read: 500 },
    });
    expect(client.getQueryData(["import", "imp_1"])).toMatchObject({ file_name: "a.csv", rows_read: 500 });
    expect(client.getQueryData(["datasets"])).toMatchObject({ data: [{ last_import: { rows_read: 500 } }] });
  });

  test("W33 a sync's state and size stand in every list of syncs", () => {
    client.setQueryData(["syncs", {}], {
      data: [{ id: "syn_1", status: "syncing", audience_size: 1 }],
      next_cursor: null,
    });
    const state = { status: "in_sync", audience_size: 7, waiting: 0, last_synced_at: null, error: null } as const;
    applyNews(targets, { event: "sync", data: { sync_id: "syn_1", segment_id: "seg_1", ...state } });
    expect(client.getQueryData(["syncs", {}])).toMatchObject({ data: [{ status: "in_sync", audience_size: 7 }] });
  });

  test("W34 times in the stream are read as RFC 3339, however they come", () => {
    const { data } = readNews("import", '{"id":"imp_1","started_at":1795231319497,"finished_at":null}');
    expect(data).toMatchObject({ started_at: "2026-11-21T03:21:59.497Z", finished_at: null });
  });

  test("W35 only a stream that does not go on where it stopped makes the page fetch again", () => {
    expect(isResumed('{"cursor":"a-4","resumed":true}')).toBe(true);
    expect(isResumed('{"cursor":"a-4"}')).toBe(false);
  });
});
