/** What a segment's query was before, and back to it. */
import { queryOptions } from "@tanstack/react-query";
import type { Person } from "./datasets.ts";
import { request } from "./http.ts";
import type { Segment } from "./segments.ts";

export interface Version {
  readonly number: number;
  readonly words: string;
  /** Null for what the program did itself: a field was renamed. */
  readonly author: Person | null;
  readonly at: string;
}

export const versionsQuery = (segmentId: string) =>
  queryOptions({
    queryKey: ["versions", segmentId],
    queryFn: ({ signal }) => request<{ data: Version[] }>("GET", `/segments/${segmentId}/versions`, { signal }),
    retry: false,
  });

export const restoreVersion = (segmentId: string, number: number) =>
  request<Segment>("POST", `/segments/${segmentId}/versions/${number}/restore`);
