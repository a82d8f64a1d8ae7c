/** Files on their way up, in parts, and what a look at them told. */
import { queryOptions } from "@tanstack/react-query";
import type { FieldType } from "./datasets.ts";
import { ApiError, address, problemOf, request } from "./http.ts";

export interface Upload {
  readonly id: string;
  readonly file_name: string;
  readonly part_bytes?: number;
  readonly parts: readonly { readonly part: number; readonly bytes: number }[];
  readonly status: "open" | "complete";
}

export interface InspectedField {
  readonly name: string;
  readonly type: FieldType;
  readonly format: string | null;
  readonly empty: number;
  readonly distinct_at_least: number;
  readonly note: string | null;
}

export interface Inspection {
  readonly encoding: string;
  readonly delimiter: string;
  readonly rows: number;
  readonly bytes: number;
  readonly partial: boolean;
  readonly fields: readonly InspectedField[];
  readonly key_candidates: readonly string[];
  readonly sample: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

export interface InspectionState {
  readonly status: "running" | "done" | "failed";
  readonly progress: number;
  readonly inspection: Inspection | null;
  readonly error?: { readonly code: string; readonly detail: string } | string | null;
}

export const createUpload = (body: { file_name: string; bytes: number }) =>
  request<{ id: string; part_bytes: number }>("POST", "/uploads", { body });

export const getUpload = (id: string) => request<Upload>("GET", `/uploads/${id}`);

export const uploadQuery = (id: string) =>
  queryOptions({ queryKey: ["upload", id], queryFn: () => getUpload(id), retry: false });

export const completeUpload = (id: string) => request<Upload>("POST", `/uploads/${id}/complete`);

export const inspectionQuery = (id: string) =>
  queryOptions({
    queryKey: ["inspection", id],
    queryFn: ({ signal }) => request<InspectionState>("GET", `/uploads/${id}/inspection`, { signal }),
    refetchInterval: ({ state }) => (!state.data || state.data.status === "running" ? 250 : false),
    retry: false,
  });

/** Sends one part; `sent` hears the bytes that left so far. XMLHttpRequest, because fetch does not tell. */
export function putPart(id: string, part: number, bytes: Blob, sent: (bytes: number) => void, signal: AbortSignal) {
  return new Promise<void>((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open("PUT", address(`/uploads/${id}/parts/${part}`));
    call.setRequestHeader("content-type", "application/octet-stream");
    call.upload.onprogress = (event) => sent(event.loaded);
    call.onload = () => (call.status < 300 ? resolve() : reject(new ApiError(problemOf(call.status, parsed(call)))));
    call.onerror = () => reject(new ApiError(problemOf(0, null)));
    call.onabort = () => reject(new DOMException("The upload was stopped.", "AbortError"));
    signal.addEventListener("abort", () => call.abort(), { once: true });
    call.send(bytes);
  });
}

function parsed(call: XMLHttpRequest): unknown {
  try {
    return JSON.parse(call.responseText);
  } catch {
    return null;
  }
}
