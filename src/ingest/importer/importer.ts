/**
 * A dataset's imports, one after the other, driven by the alarm: on Cloudflare a handler has limited
 * time, on Node a crash is the same as the end of one. An importer named by an upload looks at that
 * file before it is imported. Its state is in its own tables; rows go to the shards.
 */
import { migrate } from "../../platform/migrate.ts";
import { ProblemError, unwrap } from "../../platform/problem.ts";
import type { ObjectHandlers, ObjectState } from "../../platform/types.ts";
import { Inspector, type InspectState } from "../csv/index.ts";
import type { ImporterApi, ImportRequest, ImportState, InspectionState, InspectRequest } from "../interface.ts";
import type { ImporterPorts } from "./ports.ts";
import { ImportEnds, ImportRun } from "./run-import.ts";
import { ended, FIRST, type Progress, queued } from "./state.ts";
import { MIGRATIONS } from "./storage-schema.ts";
import { ImportStore, type StoredImport } from "./store.ts";

/** An alarm works so long, then lets the next one go on. */
const ALARM_MS = 10_000;
/** Open pages hear of progress so often. */
const NEWS_MS = 200;
const SMALL_BYTES = 524_288;
const RETRY_MS = 1_000;
const MAX_FAILURES = 8;

export class ImporterObject implements ImporterApi, ObjectHandlers {
  readonly #state: ObjectState;
  readonly #ports: ImporterPorts;
  readonly #store: ImportStore<Progress>;
  #run: { id: string; run: ImportRun } | null = null;
  #inspector: Inspector | null = null;
  #failures = 0;
  #toldAt = 0;
  #destroyed = false;

  constructor(state: ObjectState, ports: ImporterPorts) {
    migrate(state.storage.sql, MIGRATIONS);
    this.#state = state;
    this.#ports = ports;
    this.#store = new ImportStore(state.storage);
  }

  async enqueue(request: ImportRequest): Promise<void> {
    this.#state.storage.transactionSync(() => {
      this.#store.add(request, queued(request.import_id), FIRST);
    });
    await this.#wake();
  }

  async state(request: { import_id: string }): Promise<ImportState | null> {
    return this.#store.state(request.import_id);
  }

  async cancel(request: { import_id: string }): Promise<ImportState | null> {
    this.#store.cancel(request.import_id);
    await this.#wake();
    return this.#store.state(request.import_id);
  }

  async rejects(request: { import_id: string; after: number; limit: number }) {
    return this.#store.rejects(request.import_id, request.after, request.limit);
  }

  async inspect(request: InspectRequest): Promise<void> {
    this.#store.addInspection(request, { status: "running", progress: 0, inspection: null, error: null });
    await this.#wake();
  }

  async inspection(request: { upload_id: string }): Promise<InspectionState | null> {
    return this.#store.inspection(request.upload_id);
  }

  async destroy(): Promise<void> {
    this.#destroyed = true;
    await this.#state.storage.deleteAlarm();
    await this.#state.storage.deleteAll();
  }

  /** Never throws: a fault is tried again, then ends the import as failed. */
  async alarm(): Promise<void> {
    const until = performance.now() + ALARM_MS;
    let again = true;
    try {
      while (again && !this.#destroyed && performance.now() < until) {
        again = (await this.#inspectStep()) || (await this.#importStep());
        this.#failures = 0; // it goes on: only faults of one and the same step end an import
        await new Promise((resolve) => setTimeout(resolve, this.#pauseMs())); // a cancellation, a question may be waiting
      }
      if (again && !this.#destroyed) await this.#wake();
    } catch (error) {
      await this.#faulted(error);
    }
  }

  /** The steps of a small file are short. */
  #pauseMs(): number {
    return (this.#store.first()?.request.bytes ?? 0) > SMALL_BYTES ? this.#ports.pauseMs : 0;
  }

  /** False when there is no import to go on with. */
  async #importStep(): Promise<boolean> {
    const stored = this.#store.first();
    if (!stored) return false;
    const { import_id: id, dataset_id } = stored.request;
    if (stored.progress.phase === "ending") {
      await this.#close(stored, stored.progress.state);
      return true;
    }
    if (this.#run?.id !== id) this.#run = { id, run: new ImportRun(this.#ports, this.#store, stored) };
    const { run } = this.#run;
    if (stored.cancelled && !removes(stored.progress)) {
      this.#end(stored.request, stored.state, ended(stored.state, "cancelled", this.#ports.now()));
      return true;
    }
    if (stored.state.status === "queued") {
      const state = { ...stored.state, status: "running" as const, started_at: this.#ports.now() };
      this.#store.advance(id, state, stored.progress);
      this.#run = null;
      return true;
    }
    try {
      const more = await run.step();
      if (!more) this.#end(stored.request, run.state, ended(run.state, "done", this.#ports.now()));
      else await this.#tell(dataset_id, run.state);
    } catch (error) {
      const why = endOf(error);
      if (!why) throw error;
      this.#end(stored.request, run.state, ended(run.state, "failed", this.#ports.now(), why));
    }
    return true;
  }

  /** Writes down how the import ends, before anybody forgets what it would need to go on. */
  #end(request: ImportRequest, before: ImportState, state: ImportState): void {
    this.#store.advance(request.import_id, before, { phase: "ending", state });
    this.#run = null;
  }

  /** The order matters: what others keep of the import is written before it is closed here. Repeatable. */
  async #close(stored: StoredImport<Progress>, state: ImportState): Promise<void> {
    const { request } = stored;
    await new ImportRun(this.#ports, this.#store, stored).forget();
    await this.#ports.finished(request.dataset_id, state);
    await this.#ports.releaseFile(request.file_key, state.status);
    await this.#publish(request.dataset_id, state);
    this.#store.advance(request.import_id, state, FIRST);
  }

  /** Of progress, now and then. That some of it is lost is harmless: the next says all. */
  async #tell(datasetId: string, state: ImportState): Promise<void> {
    const now = performance.now();
    if (now - this.#toldAt < NEWS_MS) return;
    this.#toldAt = now;
    await this.#publish(datasetId, state).catch(() => undefined);
  }

  async #publish(datasetId: string, state: ImportState): Promise<void> {
    const target = await this.#ports.target(datasetId);
    if (target.ok) await this.#ports.publish(target.value.workspace_id, datasetId, state);
  }

  async #inspectStep(): Promise<boolean> {
    const open = this.#store.openInspection<InspectState>();
    if (!open) return false;
    const { upload_id, file_key, bytes } = open.request;
    const read = (offset: number, length: number) => this.#ports.readRange(file_key, offset, length);
    try {
      this.#inspector ??= new Inspector(read, bytes, { resume: open.progress ?? undefined });
      const inspector = this.#inspector;
      const { done } = unwrap(await inspector.step());
      const answer: InspectionState = {
        status: done ? "done" : "running",
        progress: inspector.progress,
        inspection: done ? inspector.result().inspection : null,
        error: null,
      };
      this.#store.advanceInspection(upload_id, answer, done ? null : inspector.state());
    } catch (error) {
      const why = endOf(error);
      if (!why) throw error;
      this.#store.advanceInspection(upload_id, { status: "failed", progress: 1, inspection: null, error: why }, null);
    }
    return true;
  }

  async #faulted(error: unknown): Promise<void> {
    if (this.#destroyed) return;
    this.#ports.report(`importer ${this.#state.id.name ?? ""}: a step failed and is tried again`, error);
    this.#run = null;
    this.#failures++;
    if (this.#failures >= MAX_FAILURES) {
      this.#giveUp();
      this.#failures = 0;
    }
    await this.#state.storage.setAlarm(Date.now() + RETRY_MS * 2 ** Math.min(5, this.#failures));
  }

  /** An inspection first, as alarms do. An import that cannot even be closed with the others is closed alone. */
  #giveUp(): void {
    const looking = this.#store.openInspection<InspectState>();
    if (looking) {
      const failed = { status: "failed", progress: 1, inspection: null, error: INSPECTION_FAULT } as const;
      this.#store.advanceInspection(looking.request.upload_id, failed, null);
      this.#inspector = null;
      return;
    }
    const stored = this.#store.first();
    if (!stored) return;
    const { request, state, progress } = stored;
    if (progress.phase === "ending") this.#store.advance(request.import_id, progress.state, FIRST);
    else this.#end(request, state, ended(state, "failed", this.#ports.now(), IMPORT_FAULT));
  }

  async #wake(): Promise<void> {
    await this.#state.storage.setAlarm(Date.now()); // alarms know only the machine's clock
  }
}

const IMPORT_FAULT = {
  code: "import_fault",
  detail: "The import met a fault several times and was ended. What it had written stays; import the file again.",
};
const INSPECTION_FAULT = {
  code: "inspection_fault",
  detail: "The file could not be looked at, several times. Upload it again.",
};

/** Whether it began to remove: from there on only its end leaves the records as the file says. */
function removes(progress: Progress): boolean {
  return progress.phase === "removal" && progress.agreed;
}

/** What ends an import or an inspection for good, as people read it; null for a fault that may pass. */
function endOf(error: unknown): { code: string; detail: string } | null {
  if (error instanceof ImportEnds) return { code: error.code, detail: error.message };
  if (error instanceof ProblemError) return { code: error.problem.code, detail: error.problem.detail };
  return null;
}
