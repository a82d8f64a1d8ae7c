/** The only reader and writer of an export's tables. */
import type { ObjectStorage, R2UploadedPart } from "../../platform/types.ts";
import type { ExportRequest, ExportState, ExportStatus } from "./interface.ts";
import { BEGINNING, type ExportPlace } from "./pages.ts";

export interface StoredExport {
  readonly request: ExportRequest;
  readonly status: ExportStatus;
  /** Null: all text is made. */
  readonly place: ExportPlace | null;
  readonly upload_id: string | null;
  readonly parts: readonly R2UploadedPart[];
  /** Bytes in parts. */
  readonly written: number;
  readonly rows: number;
  readonly failures: number;
  readonly finished_at: number | null;
  readonly error: ExportState["error"];
}

type Row = Record<"request" | "status" | "place" | "parts", string> &
  Record<"upload_id" | "error", string | null> &
  Record<"written" | "rows" | "failures", number> & { finished_at: number | null };

/** Below what the database takes for a value. */
const PIECE_BYTES = 1_000_000;

export class ExportStore {
  readonly #storage: ObjectStorage;

  constructor(storage: ObjectStorage) {
    this.#storage = storage;
  }

  read(): StoredExport | null {
    const [row] = this.#storage.sql.exec<Row>("SELECT * FROM export").toArray();
    if (!row) return null;
    const parsed = {
      request: JSON.parse(row.request) as ExportRequest,
      place: JSON.parse(row.place) as ExportPlace | null,
      parts: JSON.parse(row.parts) as R2UploadedPart[],
      error: row.error === null ? null : (JSON.parse(row.error) as ExportState["error"]),
    };
    const { upload_id, written, rows, failures, finished_at } = row;
    return { ...parsed, status: row.status as ExportStatus, upload_id, written, rows, failures, finished_at };
  }

  begin(request: ExportRequest): void {
    const fresh = {
      request,
      status: "queued",
      place: BEGINNING,
      upload_id: null,
      parts: [],
      written: 0,
      rows: 0,
    } as const;
    this.#put({ ...fresh, failures: 0, finished_at: null, error: null });
  }

  /** `rest`: what is left after the last full part, where that is another. */
  change(stored: StoredExport, change: Partial<StoredExport>, rest?: Uint8Array): StoredExport {
    const next = { ...stored, ...change };
    this.#storage.transactionSync(() => {
      this.#put(next);
      if (rest) this.#putRest(rest);
    });
    return next;
  }

  rest(): Uint8Array {
    const pieces = this.#storage.sql.exec<{ bytes: ArrayBuffer }>("SELECT bytes FROM rest ORDER BY position").toArray();
    return Buffer.concat(pieces.map(({ bytes }) => new Uint8Array(bytes)));
  }

  #putRest(rest: Uint8Array): void {
    this.#storage.sql.exec("DELETE FROM rest");
    for (let at = 0; at < rest.byteLength; at += PIECE_BYTES) {
      this.#storage.sql.exec(
        "INSERT INTO rest (position, bytes) VALUES (?, ?)",
        at,
        rest.slice(at, at + PIECE_BYTES).buffer,
      );
    }
  }

  #put({ request, status, place, upload_id, parts, written, rows, failures, finished_at, error }: StoredExport): void {
    this.#storage.sql.exec(
      `INSERT OR REPLACE INTO export
         (id, request, status, place, upload_id, parts, written, rows, failures, finished_at, error)
       VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      JSON.stringify(request),
      status,
      JSON.stringify(place),
      upload_id,
      JSON.stringify(parts),
      ...[written, rows, failures, finished_at],
      error && JSON.stringify(error),
    );
  }
}
