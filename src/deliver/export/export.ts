/**
 * One export: a segment's members, written into a file page by page, driven by the alarm. Memory holds a page and a part
 * of the file, whatever the number of members. The file goes when the export expires.
 */
import { migrate } from "../../platform/migrate.ts";
import { type Outcome, success } from "../../platform/problem.ts";
import type { ObjectHandlers, ObjectState } from "../../platform/types.ts";
import { nextDelay } from "../backoff.ts";
import type { ExportApi, ExportRequest, ExportState } from "./interface.ts";
import { type ExportPlace, exportPage } from "./pages.ts";
import type { ExportPorts } from "./ports.ts";
import { MIGRATIONS } from "./schema.ts";
import { ExportStore, type StoredExport } from "./store.ts";

/** Parts of an upload have one size, but for the last. */
const PART_BYTES = 8 * 1024 * 1024;
/** An alarm works so long, then lets the next one go on. */
const ALARM_MS = 10_000;
const MOST_FAILURES = 8;

export class ExportObject implements ExportApi, ObjectHandlers {
  readonly #state: ObjectState;
  readonly #ports: ExportPorts;
  readonly #store: ExportStore;
  readonly #partBytes: number;
  /** The text since the last full part; null: it is in the store. */
  #pending: Uint8Array[] | null = null;
  /** Where that text ends; null: at the stored place. */
  #ahead: ExportPlace | null = null;
  #destroyed = false;

  constructor(state: ObjectState, ports: ExportPorts, partBytes = PART_BYTES) {
    migrate(state.storage.sql, MIGRATIONS);
    this.#state = state;
    this.#ports = ports;
    this.#store = new ExportStore(state.storage);
    this.#partBytes = partBytes;
  }

  async begin(request: ExportRequest): Promise<void> {
    if (this.#store.read()) return;
    this.#store.begin(request);
    await this.#wakeIn(0);
  }

  async state(): Promise<ExportState | null> {
    const stored = this.#store.read();
    if (!stored) return null;
    const { status, request, written, finished_at, error } = stored;
    const rows = this.#ahead?.rows ?? stored.rows;
    const share = request.expected === 0 ? 0 : Math.min(0.99, rows / request.expected);
    return { status, progress: status === "done" ? 1 : share, rows, bytes: written, finished_at, error };
  }

  async destroy(): Promise<void> {
    this.#destroyed = true;
    const stored = this.#store.read();
    if (stored) await this.#deleteFile(stored);
    await this.#state.storage.deleteAlarm();
    await this.#state.storage.deleteAll();
  }

  /** Never throws: a fault is tried again, then ends the export as failed. */
  async alarm(): Promise<void> {
    const until = performance.now() + ALARM_MS;
    try {
      while (!this.#destroyed && performance.now() < until) {
        const stored = this.#store.read();
        if (!stored) return;
        if (!isOpen(stored)) return await this.#afterEnd(stored);
        const done = await this.#step(stored);
        if (!done.ok) this.#end(stored, { status: "failed", error: done.problem });
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      if (!this.#destroyed) await this.#wakeIn(0);
    } catch (error) {
      await this.#faulted(error);
    }
  }

  /** One page; with the last one the file is closed. */
  async #step(stored: StoredExport): Promise<Outcome<null>> {
    const { request, place } = stored;
    this.#pending ??= [this.#store.rest()];
    if (place === null) return this.#close(stored);
    const read = (shard: number, after: number, limit: number) => this.#ports.readMembers(request, shard, after, limit);
    // What is in memory may be ahead of what is stored.
    const from = this.#ahead ?? place;
    const page = await exportPage(request.format, request.columns, request.shard_count, from, read);
    if (!page.ok) return page;
    const { text, next, rows } = page.value;
    this.#pending.push(Buffer.from(text));
    this.#ahead = next;
    const full = sizeOf(this.#pending) >= this.#partBytes;
    if (full || next === null) await this.#sendParts(stored, next, rows);
    return success(null);
  }

  /** Full parts go to the bucket; place, parts and rest are stored together. */
  async #sendParts(stored: StoredExport, place: StoredExport["place"], rows: number): Promise<void> {
    const { files } = this.#ports;
    let text = Buffer.concat(this.#pending ?? []);
    const parts = [...stored.parts];
    let { upload_id, written } = stored;
    while (text.byteLength >= this.#partBytes && (place !== null || text.byteLength > this.#partBytes)) {
      const upload = upload_id
        ? files.resumeMultipartUpload(stored.request.file_key, upload_id)
        : await files.createMultipartUpload(stored.request.file_key);
      upload_id = upload.uploadId;
      parts.push(await upload.uploadPart(parts.length + 1, new Uint8Array(text.subarray(0, this.#partBytes))));
      written += this.#partBytes;
      text = text.subarray(this.#partBytes);
    }
    const rest = new Uint8Array(text);
    this.#store.change(stored, { status: "running", place, upload_id, parts, written, rows, failures: 0 }, rest);
    this.#pending = [rest];
    this.#ahead = null;
  }

  async #close(stored: StoredExport): Promise<Outcome<null>> {
    const { files } = this.#ports;
    const { request, upload_id, parts, written } = stored;
    const rest = this.#store.rest();
    const bytes = written + rest.byteLength;
    if (upload_id === null) await files.put(request.file_key, rest);
    else if ((await files.head(request.file_key)) === null) {
      const upload = files.resumeMultipartUpload(request.file_key, upload_id);
      const last = rest.byteLength === 0 ? [] : [await upload.uploadPart(parts.length + 1, rest)];
      await upload.complete([...parts, ...last]);
    }
    this.#end({ ...stored, written: bytes }, { status: "done" });
    return success(null);
  }

  #end(stored: StoredExport, end: Partial<StoredExport>): void {
    this.#store.change(stored, { ...end, finished_at: this.#ports.now() }, new Uint8Array(0));
    this.#pending = null;
    this.#ahead = null;
  }

  /** The file is kept until the export expires; of one that failed nothing is. */
  async #afterEnd(stored: StoredExport): Promise<void> {
    const { status, request } = stored;
    if (status === "done" && request.expires_at === null) return;
    const left = (request.expires_at ?? 0) - this.#ports.now();
    if (status === "done" && left > 0) return this.#wakeIn(left);
    await this.#deleteFile(stored);
    if (status === "done") this.#store.change(stored, { status: "expired" });
  }

  async #deleteFile({ request, upload_id, status }: StoredExport): Promise<void> {
    const { files } = this.#ports;
    await files.delete(request.file_key);
    if (upload_id === null || status === "done") return;
    await files
      .resumeMultipartUpload(request.file_key, upload_id)
      .abort()
      .catch(() => {}); // it was completed, or is gone
  }

  async #faulted(error: unknown): Promise<void> {
    const stored = this.#store.read();
    this.#pending = null;
    this.#ahead = null;
    if (this.#destroyed || !stored) return;
    const failures = stored.failures + 1;
    if (failures < MOST_FAILURES || !isOpen(stored)) {
      this.#store.change(stored, { failures });
      return this.#wakeIn(nextDelay(failures, Math.random()));
    }
    console.error("an export failed", error);
    const detail = "The export could not be written. Ask for it again; if it fails again, look into the program's log.";
    this.#end(stored, { status: "failed", error: { code: "export_failed", detail } });
    await this.#wakeIn(0);
  }

  async #wakeIn(ms: number): Promise<void> {
    await this.#state.storage.setAlarm(Date.now() + ms); // alarms know only the machine's clock
  }
}

const isOpen = ({ status }: StoredExport): boolean => status === "queued" || status === "running";

function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
}
