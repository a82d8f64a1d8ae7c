import { CuttyError } from "./error.ts";
import { type CreateOptions, idempotent } from "./idempotency.ts";
import { segmentPath } from "./segments.ts";
import type { Export, ExportInput } from "./shapes/export.ts";
import { sleep } from "./sleep.ts";
import type { CallOptions, Transport } from "./transport.ts";

export interface WaitOptions extends CallOptions {
  /** Between two looks; 2,000 unless said. */
  readonly intervalMs?: number;
}

const INTERVAL_MS = 2_000;

/** Files of all members. A key sees the exports that it asked for. Needs `segments:members:read`. */
export class Exports {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Begins to write all members into a file. Throws 409 `segment_computing`, 422 `unknown_field`. */
  create(segmentId: string, input: ExportInput = {}, options: CreateOptions = {}): Promise<Export> {
    const { signal } = options;
    const path = `${segmentPath(segmentId)}/export`;
    return this.#transport.json({ method: "POST", path, json: input, headers: idempotent(options), signal });
  }

  /** Throws 404 `export_not_found`. */
  get(id: string, { signal }: CallOptions = {}): Promise<Export> {
    return this.#transport.json({ method: "GET", path: `/exports/${encodeURIComponent(id)}`, signal });
  }

  /** Looks until the file is written. Throws `export_failed` if it will not be, and `export_expired`. */
  async wait(id: string, { intervalMs = INTERVAL_MS, signal }: WaitOptions = {}): Promise<Export> {
    for (;;) {
      const state = await this.get(id, { signal });
      if (state.status === "done") return state;
      if (state.status === "failed" || state.status === "expired") throw lost(state);
      await sleep(intervalMs, signal);
    }
  }

  /** The file's bytes, from the signed address of an export that is done. Throws 410 `export_expired`. */
  async download({ id, download_url }: Export, { signal }: CallOptions = {}): Promise<ReadableStream<Uint8Array>> {
    if (download_url !== null) return this.#transport.stream({ method: "GET", path: download_url, signal });
    const detail = `The export ${id} has no file now. Wait until it is done, and download what wait() gives.`;
    throw new CuttyError({ code: "export_not_done", detail });
  }
}

function lost({ id, status, error }: Export): CuttyError {
  if (status === "expired") {
    const detail = `The export ${id} has expired and its file is deleted. Ask for a new one.`;
    return new CuttyError({ code: "export_expired", detail });
  }
  const detail = `The export ${id} failed: ${error?.detail ?? "no reason is known"}`;
  return new CuttyError({ code: "export_failed", detail, facts: { error } });
}
