/** The only reader and writer of the importer's tables. */
import type { ObjectStorage } from "../../platform/types.ts";
import type { ImportRequest, ImportState, InspectionState, InspectRequest, RejectedRow } from "../interface.ts";

/** An import as stored: what was asked, what people see, where it stands. */
export interface StoredImport<Progress> {
  readonly request: ImportRequest;
  readonly state: ImportState;
  readonly progress: Progress;
  readonly cancelled: boolean;
}

interface ImportRow {
  request: string;
  state: string;
  progress: string;
  cancelled: number;
}

export class ImportStore<Progress> {
  readonly #storage: ObjectStorage;

  constructor(storage: ObjectStorage) {
    this.#storage = storage;
  }

  get #sql() {
    return this.#storage.sql;
  }

  /** False when this import is known already. */
  add(request: ImportRequest, state: ImportState, progress: Progress): boolean {
    if (this.state(request.import_id)) return false;
    this.#sql.exec(
      `INSERT INTO imports (id, position, request, state, open, progress)
       VALUES (?, (SELECT coalesce(max(position), 0) + 1 FROM imports), ?, ?, 1, ?)`,
      request.import_id,
      JSON.stringify(request),
      JSON.stringify(state),
      JSON.stringify(progress),
    );
    return true;
  }

  /** The import whose turn it is. */
  first(): StoredImport<Progress> | null {
    const row = this.#sql
      .exec<ImportRow>("SELECT * FROM imports WHERE open = 1 ORDER BY position LIMIT 1")
      .toArray()[0];
    if (!row) return null;
    return {
      request: JSON.parse(row.request) as ImportRequest,
      state: JSON.parse(row.state) as ImportState,
      progress: JSON.parse(row.progress) as Progress,
      cancelled: row.cancelled === 1,
    };
  }

  state(id: string): ImportState | null {
    const row = this.#sql.exec<{ state: string }>("SELECT state FROM imports WHERE id = ?", id).toArray()[0];
    return row ? (JSON.parse(row.state) as ImportState) : null;
  }

  isCancelled(id: string): boolean {
    return (
      this.#sql.exec<{ n: number }>("SELECT count(*) AS n FROM imports WHERE id = ? AND cancelled = 1", id).one().n > 0
    );
  }

  cancel(id: string): void {
    this.#sql.exec("UPDATE imports SET cancelled = 1 WHERE id = ? AND open = 1", id);
  }

  /** Counts, rejects and place in the file, together. */
  advance(id: string, state: ImportState, progress: Progress, rejects: readonly RejectedRow[] = []): void {
    this.#storage.transactionSync(() => {
      this.#sql.exec(
        "UPDATE imports SET state = ?, progress = ?, open = ? WHERE id = ?",
        JSON.stringify(state),
        JSON.stringify(progress),
        isOpen(state) ? 1 : 0,
        id,
      );
      if (rejects.length > 0) this.#addRejects(id, rejects);
    });
  }

  rejects(id: string, after: number, limit: number): { rows: RejectedRow[]; last: number; done: boolean } {
    const found = this.#sql
      .exec<RejectedRow & { n: number }>(
        "SELECT n, line, code, reason, row FROM rejects WHERE import_id = ? AND n > ? ORDER BY n LIMIT ?",
        id,
        after,
        limit,
      )
      .toArray();
    const rows = found.map(({ n: _, ...row }) => row);
    return { rows, last: found.at(-1)?.n ?? after, done: found.length < limit };
  }

  #addRejects(id: string, rejects: readonly RejectedRow[]): void {
    const from =
      this.#sql.exec<{ n: number | null }>("SELECT max(n) AS n FROM rejects WHERE import_id = ?", id).one().n ?? 0;
    rejects.forEach((reject, i) => {
      this.#sql.exec(
        "INSERT INTO rejects (import_id, n, line, code, reason, row) VALUES (?, ?, ?, ?, ?, ?)",
        id,
        from + 1 + i,
        reject.line,
        reject.code,
        reject.reason,
        reject.row,
      );
    });
  }

  addInspection(request: InspectRequest, answer: InspectionState): void {
    this.#sql.exec(
      "INSERT OR IGNORE INTO inspections (upload_id, request, open, answer) VALUES (?, ?, 1, ?)",
      request.upload_id,
      JSON.stringify(request),
      JSON.stringify(answer),
    );
  }

  openInspection<Scan>(): { request: InspectRequest; progress: Scan | null } | null {
    const row = this.#sql
      .exec<{ request: string; progress: string | null }>(
        "SELECT request, progress FROM inspections WHERE open = 1 LIMIT 1",
      )
      .toArray()[0];
    if (!row) return null;
    return {
      request: JSON.parse(row.request) as InspectRequest,
      progress: row.progress === null ? null : (JSON.parse(row.progress) as Scan),
    };
  }

  inspection(uploadId: string): InspectionState | null {
    const row = this.#sql
      .exec<{ answer: string }>("SELECT answer FROM inspections WHERE upload_id = ?", uploadId)
      .toArray()[0];
    return row ? (JSON.parse(row.answer) as InspectionState) : null;
  }

  advanceInspection(uploadId: string, answer: InspectionState, progress: unknown): void {
    this.#sql.exec(
      "UPDATE inspections SET answer = ?, progress = ?, open = ? WHERE upload_id = ?",
      JSON.stringify(answer),
      progress === null ? null : JSON.stringify(progress),
      answer.status === "running" ? 1 : 0,
      uploadId,
    );
  }
}

export function isOpen(state: ImportState): boolean {
  return state.status === "queued" || state.status === "running";
}
