/** What a segment's query was before, and back to it. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import type { Person } from "./datasets.ts";
import { type Page, request } from "./http.ts";
import type { Segment } from "./segments.ts";

export interface Version {
  readonly number: number;
  /** As it reads today; empty where it no longer reads. */
  readonly words: string;
  /** Why it can no longer be restored. */
  readonly error: string | null;
  /** Null for what the program did itself: a field was renamed. */
  readonly author: Person | null;
  readonly at: string;
  /** From the version before, in words. */
  readonly difference: readonly VersionChange[];
}

export interface VersionChange {
  readonly change: "added" | "removed" | "changed";
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

export const versionsQuery = (segmentId: string) =>
  infiniteQueryOptions({
    queryKey: ["versions", segmentId],
    queryFn: ({ signal, pageParam }) =>
      request<Page<Version>>("GET", `/segments/${segmentId}/versions`, {
        signal,
        query: { cursor: pageParam, limit: 50 },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    retry: false,
  });

export const restoreVersion = (segmentId: string, number: number) =>
  request<Segment>("POST", `/segments/${segmentId}/versions/${number}/restore`);
