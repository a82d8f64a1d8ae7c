/**
 * The platform the program is written against: small structural subsets of Cloudflare's own
 * interfaces. Both hosts provide them; nothing else in the program names a platform class.
 */

/** A value SQLite stores. Integers above 2^53 lose precision on both hosts. */
export type SqlValue = string | number | null | ArrayBuffer | Uint8Array;

/** A consumed-before-any-await cursor over rows. */
export interface SqlCursor<Row> extends Iterable<Row> {
  toArray(): Row[];
  /** Exactly one row, else it throws. */
  one(): Row;
  readonly rowsWritten: number;
  readonly rowsRead: number;
}

/** SqlStorage of a SQLite-backed Durable Object: at most 100 bound parameters, 100 KB of SQL. */
export interface SqlStorage {
  exec<Row = Record<string, SqlValue>>(query: string, ...bindings: SqlValue[]): SqlCursor<Row>;
  /** Bytes on disk. */
  readonly databaseSize: number;
}

export interface ObjectStorage {
  readonly sql: SqlStorage;
  /** Runs synchronously in a savepoint: a throw undoes just what the callback wrote. */
  transactionSync<T>(callback: () => T): T;
  /** Epoch milliseconds of the one alarm, or null. */
  getAlarm(): Promise<number | null>;
  /** Joins the current implicit transaction. */
  setAlarm(at: number): Promise<void>;
  deleteAlarm(): Promise<void>;
  deleteAll(): Promise<void>;
  /** Resolves when all earlier writes are durable. */
  sync(): Promise<void>;
}

export interface ObjectState {
  readonly id: { readonly name?: string | undefined; toString(): string };
  readonly storage: ObjectStorage;
  waitUntil(promise: Promise<unknown>): void;
  /** Holds all messages until the callback settles. Constructor only. */
  blockConcurrencyWhile<T>(callback: () => Promise<T>): Promise<T>;
  acceptWebSocket(socket: PlatformWebSocket, tags?: string[]): void;
  getWebSockets(tag?: string): PlatformWebSocket[];
  /** Drops the instance; the next message constructs it anew from storage. */
  abort(reason?: string): void;
}

/** The server side of a hibernating WebSocket. */
export interface PlatformWebSocket {
  send(message: string | ArrayBuffer): void;
  close(code?: number, reason?: string): void;
  serializeAttachment(value: unknown): void;
  deserializeAttachment(): unknown;
  readonly readyState: number;
}

export interface AlarmInfo {
  readonly isRetry: boolean;
  readonly retryCount: number;
}

/** What a Durable Object class may implement beside its RPC methods. */
export interface ObjectHandlers {
  fetch?(request: Request): Response | Promise<Response>;
  alarm?(info?: AlarmInfo): void | Promise<void>;
  webSocketMessage?(socket: PlatformWebSocket, message: string | ArrayBuffer): void | Promise<void>;
  webSocketClose?(socket: PlatformWebSocket, code: number, reason: string, wasClean: boolean): void | Promise<void>;
  webSocketError?(socket: PlatformWebSocket, error: unknown): void | Promise<void>;
}

/** A remote object: every method answers with a promise. Arguments and answers are structured clones, at most 32 MiB. */
export type Stub<Api> = {
  [M in keyof Api]: Api[M] extends (...args: infer Args) => infer Answer
    ? (...args: Args) => Promise<Awaited<Answer>>
    : never;
} & { fetch(request: Request): Promise<Response> };

export interface ObjectNamespace<Api> {
  getByName(name: string): Stub<Api>;
}

export interface D1Result<Row = Record<string, unknown>> {
  results: Row[];
  success: true;
  meta: { changes: number; last_row_id: number; duration: number; rows_read: number; rows_written: number };
}

export interface D1PreparedStatement {
  bind(...values: unknown[]): D1PreparedStatement;
  first<Row = Record<string, unknown>>(): Promise<Row | null>;
  first<Value = unknown>(column: string): Promise<Value | null>;
  all<Row = Record<string, unknown>>(): Promise<D1Result<Row>>;
  run<Row = Record<string, unknown>>(): Promise<D1Result<Row>>;
  raw<Row extends unknown[] = unknown[]>(options?: { columnNames?: boolean }): Promise<Row[]>;
}

export interface D1Database {
  prepare(query: string): D1PreparedStatement;
  /** One transaction. */
  batch<Row = Record<string, unknown>>(statements: D1PreparedStatement[]): Promise<D1Result<Row>[]>;
  exec(query: string): Promise<{ count: number; duration: number }>;
  /**
   * On Node, for the program itself: how many writes there were so far. What was read before is true as long as it
   * stays the same. Cloudflare has no such thing.
   */
  writes?(): number;
}

export interface R2Object {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly uploaded: Date;
}

export interface R2ObjectBody extends R2Object {
  readonly body: ReadableStream<Uint8Array>;
  arrayBuffer(): Promise<ArrayBuffer>;
  text(): Promise<string>;
}

export interface R2UploadedPart {
  partNumber: number;
  etag: string;
}

/** Parts are at least 5 MiB and of one size, but for the last. */
export interface R2MultipartUpload {
  readonly key: string;
  readonly uploadId: string;
  uploadPart(partNumber: number, value: ArrayBuffer | Uint8Array | ReadableStream<Uint8Array>): Promise<R2UploadedPart>;
  complete(parts: R2UploadedPart[]): Promise<R2Object>;
  abort(): Promise<void>;
}

/** Objects are durable when put resolves, whole or not at all. */
export interface R2Bucket {
  head(key: string): Promise<R2Object | null>;
  get(key: string, options?: { range?: { offset: number; length?: number } }): Promise<R2ObjectBody | null>;
  put(key: string, value: ArrayBuffer | Uint8Array | string | ReadableStream<Uint8Array>): Promise<R2Object>;
  delete(keys: string | string[]): Promise<void>;
  list(options?: {
    prefix?: string;
    cursor?: string;
    limit?: number;
  }): Promise<{ objects: R2Object[]; truncated: boolean; cursor?: string }>;
  createMultipartUpload(key: string): Promise<R2MultipartUpload>;
  resumeMultipartUpload(key: string, uploadId: string): R2MultipartUpload;
}
