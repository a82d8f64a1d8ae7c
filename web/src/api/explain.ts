/** How a segment's query is evaluated, and why a record is in it or not. */
import { queryOptions } from "@tanstack/react-query";
import { request } from "./http.ts";
import type { Value } from "./records.ts";

export interface PlanCondition {
  /** Where it stands in the query: `query.rules[0].rules[2]`. */
  readonly path: string;
  readonly kind: "field" | "formula" | "related" | "segment";
  readonly words: string;
  /** Its place in the order of evaluation. */
  readonly rank: number;
  readonly estimated: number;
  readonly actual: number;
  readonly took_ms: number;
  /** How many live segments have the same condition. */
  readonly shared_by: number;
}

export interface Hint {
  readonly code: string;
  readonly path: string;
  readonly detail: string;
  /** A rule or group that means the same; it goes to the path. */
  readonly better?: unknown;
}

export interface Plan {
  readonly count: number;
  readonly total: number;
  readonly took_ms: number;
  readonly plan: { readonly conditions: readonly PlanCondition[] };
  readonly hints: readonly Hint[];
}

export const planQuery = (segmentId: string) =>
  queryOptions({
    queryKey: ["plan", segmentId],
    queryFn: ({ signal }) => request<Plan>("GET", `/segments/${segmentId}/explain`, { signal }),
    retry: false,
  });

export interface ReasonGroup {
  readonly kind: "group";
  readonly combinator: "and" | "or";
  readonly not: boolean;
  readonly result: boolean;
  readonly rules: readonly (ReasonGroup | Reason)[];
}

export interface Reason {
  readonly kind: "condition";
  readonly path: string;
  readonly words: string;
  readonly result: boolean;
  /** What was compared. */
  readonly value: Value;
  /** When the clock alone changes the result. */
  readonly changes_at: string | null;
}

export interface Reasons {
  readonly key: string;
  readonly member: boolean;
  readonly root: ReasonGroup;
}

export const reasonsQuery = (segmentId: string, key: string) =>
  queryOptions({
    queryKey: ["reasons", segmentId, key],
    queryFn: ({ signal }) =>
      request<Reasons>("GET", `/segments/${segmentId}/explain/${encodeURIComponent(key)}`, { signal }),
    retry: false,
  });
