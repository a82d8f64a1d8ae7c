/** An object whose methods each do one thing that the contract suite looks at. */

import { socketPair } from "../../src/platform/sockets.ts";
import type { AlarmInfo, ObjectState, PlatformWebSocket, SqlValue } from "../../src/platform/types.ts";
import type { ContractEnv } from "./program.ts";

export class Probe {
  readonly #state: ObjectState;
  readonly #env: ContractEnv;
  /** Counts the messages of this instance only. */
  #seen = 0;

  constructor(state: ObjectState, env: ContractEnv) {
    this.#state = state;
    this.#env = env;
    this.#sql(
      "CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE); CREATE TABLE IF NOT EXISTS alarms (at INTEGER, retry INTEGER)",
    );
    const ready = state.blockConcurrencyWhile(async () => {
      await Promise.resolve();
      if (state.id.name?.startsWith("unready")) throw new Error("it cannot get ready");
      this.#ready = true;
    });
    ready.catch(() => undefined); // the callers learn it
  }
  #ready = false;

  #sql<Row = Record<string, SqlValue>>(query: string, ...bindings: SqlValue[]) {
    return this.#state.storage.sql.exec<Row>(query, ...bindings);
  }

  /** Leaves a rejection and a throw that nobody handles. */
  stray(): void {
    void Promise.reject(new Error("a stray rejection"));
    setTimeout(() => {
      throw new Error("a stray throw");
    }, 1);
  }

  /** Writes by a timer that nobody waits for. */
  later(text: string): void {
    setTimeout(() => this.add(text), 50);
  }

  async slow(forMs: number): Promise<string[]> {
    this.add("begun");
    await new Promise((resolve) => setTimeout(resolve, forMs));
    this.add("ended");
    return this.all();
  }

  noop(): null {
    return null;
  }

  facts(): { name: string | undefined; ready: boolean; seen: number } {
    return { name: this.#state.id.name, ready: this.#ready, seen: this.#seen++ };
  }

  add(text: string): number {
    return this.#sql<{ id: number }>("INSERT INTO notes (text) VALUES (?) RETURNING id", text).one().id;
  }

  all(): string[] {
    return this.#sql<{ text: string }>("SELECT text FROM notes ORDER BY id")
      .toArray()
      .map((row) => row.text);
  }

  run(query: string, ...bindings: SqlValue[]): { rows: unknown[]; rowsWritten: number } {
    const cursor = this.#sql(query, ...bindings);
    return { rows: cursor.toArray(), rowsWritten: cursor.rowsWritten };
  }

  /** Two rows of one statement's cursor, with another cursor of the same text read in between. */
  interleavedCursors(): number[] {
    const query = "SELECT value FROM json_each('[1,2,3]')";
    const seen: number[] = [];
    for (const outer of this.#sql<{ value: number }>(query)) {
      for (const inner of this.#sql<{ value: number }>(query)) seen.push(outer.value * 10 + inner.value);
    }
    return seen;
  }

  /** Writes before, inside (undone) and after a nested transaction that throws. */
  nested(): string[] {
    const { storage } = this.#state;
    storage.transactionSync(() => {
      this.add("outer before");
      try {
        storage.transactionSync(() => {
          this.add("inner");
          throw new Error("undo the inner one");
        });
      } catch {
        this.add("outer after");
      }
    });
    return this.all();
  }

  transactionValue(): number {
    return this.#state.storage.transactionSync(() => 42);
  }

  /** Writes, then throws before any await. */
  writeAndThrow(text: string): never {
    this.add(text);
    throw new TypeError(`thrown after writing ${text}`);
  }

  async writeAndReject(text: string): Promise<never> {
    this.add(text);
    throw new TypeError(`rejected after writing ${text}`);
  }

  /** Writes, awaits a note that another message adds, and says what it then sees. */
  async waitFor(text: string, awaited: string): Promise<string[]> {
    this.add(text);
    while (!this.all().includes(awaited)) await new Promise((resolve) => setTimeout(resolve, 1));
    return this.all();
  }

  /** Writes, then tells another object, which asks back what is there. */
  async addAndTell(text: string, other: string): Promise<string[]> {
    this.add(text);
    return await this.#env.HUB.getByName(other).askBack(this.#state.id.name ?? "");
  }

  async askBack(name: string): Promise<string[]> {
    return await this.#env.PROBE.getByName(name).all();
  }

  /** Passes an array and changes it at once: the receiver must have what was passed. */
  async passAndChange(other: string): Promise<unknown> {
    this.add("opens the transaction");
    const list = ["as passed"];
    const answer = this.#env.HUB.getByName(other).echo(list);
    list[0] = "changed";
    return await answer;
  }

  echo(value: unknown): unknown {
    return value;
  }

  /** Writes, then asks D1 and the bucket, which wait for the commit. */
  async useBindings(key: string): Promise<unknown[]> {
    this.add(key);
    const [answer, failed] = await Promise.all([
      this.#env.DB.prepare("SELECT ? || '!' AS text").bind(key).first("text"),
      this.#env.DB.prepare("SELECT * FROM absent")
        .all()
        .catch((error: Error) => error.message.slice(0, 8)),
    ]);
    const upload = await this.#env.FILES.createMultipartUpload(key);
    await upload.complete([await upload.uploadPart(1, new TextEncoder().encode(key))]);
    return [answer, failed, await (await this.#env.FILES.get(key))?.text()];
  }

  /** Makes the commit fail: the foreign key is checked only then. */
  failingCommit(): string {
    this.#sql("CREATE TABLE IF NOT EXISTS parents (id INTEGER PRIMARY KEY)");
    this.#sql(
      "CREATE TABLE IF NOT EXISTS children (parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)",
    );
    this.#sql("INSERT INTO children VALUES (1)");
    return "must not be seen";
  }

  async setAlarm(inMs: number): Promise<number | null> {
    const at = Date.now() + inMs;
    await this.#state.storage.setAlarm(at);
    return (await this.#state.storage.getAlarm()) === at ? at : null;
  }

  getAlarm(): Promise<number | null> {
    return this.#state.storage.getAlarm();
  }

  async deleteAlarm(): Promise<void> {
    await this.#state.storage.deleteAlarm();
  }

  /** The alarm belongs to the transaction that throws. */
  async alarmUndone(): Promise<number | null> {
    try {
      this.#state.storage.transactionSync(() => {
        void this.#state.storage.setAlarm(Date.now() + 60_000);
        throw new Error("undo");
      });
    } catch {
      return await this.#state.storage.getAlarm();
    }
    return -1;
  }

  alarms(): { at: number; retry: number }[] {
    return this.#sql<{ at: number; retry: number }>("SELECT at, retry FROM alarms").toArray();
  }

  /** The first run fails where a note says so; a note `again` sets the alarm anew. */
  async alarm(info?: AlarmInfo): Promise<void> {
    const retry = info?.retryCount ?? 0;
    this.#sql("INSERT INTO alarms VALUES (?, ?)", Date.now(), retry);
    const inside = await this.#state.storage.getAlarm();
    this.#sql("INSERT OR IGNORE INTO notes (text) VALUES (?)", `alarm inside: ${inside}`);
    if (this.all().includes("fail once") && retry === 0) throw new Error("the alarm fails once");
    if (this.all().includes("again") && this.alarms().length < 3) await this.#state.storage.setAlarm(Date.now() + 20);
  }

  async deleteAll(): Promise<{ alarm: number | null; tables: string[] }> {
    await this.#state.storage.setAlarm(Date.now() + 60_000);
    await this.#state.storage.deleteAll();
    const tables = this.#sql<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
    );
    return { tables: tables.toArray().map((row) => row.name), alarm: await this.#state.storage.getAlarm() };
  }

  abort(): void {
    this.#state.abort("asked to");
  }

  databaseSize(): number {
    return this.#state.storage.sql.databaseSize;
  }

  /** Never answers; the thread must die first. */
  hang(): Promise<never> {
    return new Promise(() => setInterval(() => {}, 1000));
  }

  /** GET /api/hub/<name>/events streams every note; with `Upgrade: websocket`, a socket. */
  async fetch(request: Request): Promise<Response> {
    if (request.headers.get("upgrade") === "websocket") return this.#upgrade();
    if (new URL(request.url).pathname.endsWith("/events")) return this.#events(request);
    this.#sql("INSERT OR IGNORE INTO notes (text) VALUES (?)", await request.text());
    return Response.json(this.all());
  }

  #events(request: Request): Response {
    const encoder = new TextEncoder();
    let timer: ReturnType<typeof setInterval> | undefined;
    const stop = () => {
      clearInterval(timer);
      this.#sql("INSERT OR IGNORE INTO notes (text) VALUES ('cancelled')");
    };
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(encoder.encode(": hello\n\n"));
        timer = setInterval(() => controller.enqueue(encoder.encode(`data: ${this.all().length}\n\n`)), 20);
        request.signal.addEventListener("abort", stop);
      },
      cancel: stop,
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }

  #upgrade(): Response {
    const { server, response } = socketPair();
    this.#state.acceptWebSocket(server, ["all"]);
    server.serializeAttachment({ joined: true });
    return response;
  }

  socketCount(tag?: string): number {
    return this.#state.getWebSockets(tag).length;
  }

  webSocketMessage(socket: PlatformWebSocket, message: string | ArrayBuffer): void {
    if (message === "close me") {
      socket.close(4001, "as asked");
      return;
    }
    const text = typeof message === "string" ? message : new TextDecoder().decode(message);
    this.#sql("INSERT OR IGNORE INTO notes (text) VALUES (?)", text);
    for (const one of this.#state.getWebSockets("all"))
      one.send(JSON.stringify({ text, seen: this.#seen++, attachment: one.deserializeAttachment() }));
  }

  webSocketClose(socket: PlatformWebSocket, code: number): void {
    this.#sql("INSERT OR IGNORE INTO notes (text) VALUES (?)", `closed ${code}`);
    socket.close(code);
  }
}
