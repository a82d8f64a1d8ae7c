/**
 * Sandbox Ads' own side: audiences of hashed e-mail addresses behind the JSON interface that `requests.ts`
 * speaks, and the faults that it can be told to show. One object for each destination; it knows nothing of syncs.
 */
import * as z from "zod";
import { migrate } from "../../../platform/migrate.ts";
import type { ObjectState } from "../../../platform/types.ts";
import type { SandboxApi, SandboxAudience, SandboxFault } from "../../interface.ts";
import { MEMBERS_LIMIT } from "./requests.ts";
import { MIGRATIONS } from "./schema.ts";

export interface SandboxPorts {
  now(): number;
}

const createBody = z.object({
  external_key: z.string().min(1).max(200),
  name: z.string().max(500),
  segment_id: z.string().max(200),
});
const membersBody = z.object({ add: z.array(z.string()), remove: z.array(z.string()) });
type Rejected = { identifier: string; reason: string }[];

const HASH = /^[0-9a-f]{64}$/;
const REJECT_EVERY = 10;
const MEMBERS_PATH = /^\/audiences\/([^/]+)\/members$/;
const AUDIENCE_PATH = /^\/audiences\/([^/]+)$/;

export class SandboxObject implements SandboxApi {
  readonly #state: ObjectState;
  readonly #ports: SandboxPorts;
  /** Settles when everything was forgotten; null while there is something to know. */
  #gone: Promise<void> | null = null;

  constructor(state: ObjectState, ports: SandboxPorts) {
    this.#state = state;
    this.#ports = ports;
    migrate(state.storage.sql, MIGRATIONS);
  }

  async fetch(request: Request): Promise<Response> {
    if (this.#gone) await this.#reopen();
    const body = request.method === "POST" ? await request.json().catch(() => null) : null;
    return this.#state.storage.transactionSync(() => this.#answer(request.method, new URL(request.url).pathname, body));
  }

  async audiences(): Promise<SandboxAudience[]> {
    if (this.#gone) await this.#reopen();
    return this.#sql
      .exec<SandboxAudience>(
        `SELECT id, segment_id, name, updated_at, (SELECT count(*) FROM members WHERE audience_id = id) AS size
         FROM audiences ORDER BY created_at DESC, id`,
      )
      .toArray();
  }

  async audience(request: { segment_id: string; cursor: string | null; limit: number }) {
    if (this.#gone) await this.#reopen();
    const found = this.#sql
      .exec<{ id: string }>(
        "SELECT id FROM audiences WHERE segment_id = ? ORDER BY created_at DESC, id DESC LIMIT 1",
        request.segment_id,
      )
      .toArray()[0];
    if (!found) return null;
    const data = this.#sql
      .exec<{ email_sha256: string }>(
        "SELECT identifier AS email_sha256 FROM members WHERE audience_id = ? AND identifier > ? ORDER BY identifier LIMIT ?",
        found.id,
        request.cursor ?? "",
        request.limit + 1,
      )
      .toArray();
    const page = data.slice(0, request.limit);
    const next_cursor = data.length > page.length ? (page.at(-1)?.email_sha256 ?? null) : null;
    return { data: page, next_cursor, size: this.#size(found.id) };
  }

  async setFaults(request: { kind: SandboxFault; times?: number | undefined }): Promise<void> {
    if (this.#gone) await this.#reopen();
    this.#sql.exec("UPDATE faults SET kind = ?, times = ?", request.kind, request.times ?? null);
  }

  async destroy(): Promise<void> {
    this.#gone ??= this.#state.storage.deleteAll();
    await this.#gone;
  }

  get #sql() {
    return this.#state.storage.sql;
  }

  /** After destroy() the same instance may be asked again: it answers as an empty platform. */
  async #reopen(): Promise<void> {
    await this.#gone;
    if (!this.#gone) return;
    this.#gone = null;
    migrate(this.#sql, MIGRATIONS);
  }

  #answer(method: string, path: string, body: unknown): Response {
    const fault = this.#takeFault(MEMBERS_PATH.test(path));
    if (fault === "unavailable") return problem(503, "unavailable");
    if (fault === "rate_limited") return problem(429, "rate_limited", { "retry-after": "1" });
    const answer = this.#route(method, path, body, fault === "reject_some");
    return fault === "lost_response" && answer.ok ? problem(504, "lost_response") : answer;
  }

  #route(method: string, path: string, body: unknown, rejectSome: boolean): Response {
    const members = MEMBERS_PATH.exec(path)?.[1];
    const audience = AUDIENCE_PATH.exec(path)?.[1];
    if (method === "POST" && path === "/audiences") return this.#create(body);
    if (method === "POST" && members) return this.#change(members, body, rejectSome);
    if (method === "DELETE" && audience) return this.#delete(audience);
    return problem(405, "no_such_call");
  }

  #create(body: unknown): Response {
    const parsed = createBody.safeParse(body);
    if (!parsed.success) return problem(400, "malformed_body");
    const { external_key, name, segment_id } = parsed.data;
    const now = this.#ports.now();
    const id = `aud_${external_key}`;
    this.#sql.exec(
      `INSERT INTO audiences (id, name, segment_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name`,
      id,
      name,
      segment_id,
      now,
      now,
    );
    return Response.json({ id });
  }

  #change(id: string, body: unknown, rejectSome: boolean): Response {
    const parsed = membersBody.safeParse(body);
    if (!parsed.success) return problem(400, "malformed_body");
    const { add, remove } = parsed.data;
    const actual = add.length + remove.length;
    if (actual > MEMBERS_LIMIT) return problem(413, "too_many_identifiers", {}, { limit: MEMBERS_LIMIT, actual });
    if (!this.#exists(id)) return problem(404, "no_such_audience");
    const rejected: Rejected = [];
    const accepts = (identifier: string) => this.#accepts(identifier, rejectSome, rejected);
    this.#write(id, add.filter(accepts), remove.filter(accepts));
    return Response.json({ accepted: actual - rejected.length, rejected });
  }

  #accepts(identifier: string, rejectSome: boolean, rejected: Rejected): boolean {
    if (!HASH.test(identifier)) rejected.push({ identifier, reason: "malformed_hash" });
    else if (rejectSome && this.#count() % REJECT_EVERY === 0)
      rejected.push({ identifier, reason: "refused_by_sandbox" });
    else return true;
    return false;
  }

  #write(id: string, add: readonly string[], remove: readonly string[]): void {
    this.#sql.exec(
      "INSERT INTO members (audience_id, identifier) SELECT ?, value FROM json_each(?) WHERE true ON CONFLICT DO NOTHING",
      id,
      JSON.stringify(add),
    );
    this.#sql.exec(
      "DELETE FROM members WHERE audience_id = ? AND identifier IN (SELECT value FROM json_each(?))",
      id,
      JSON.stringify(remove),
    );
    this.#sql.exec("UPDATE audiences SET updated_at = ? WHERE id = ?", this.#ports.now(), id);
  }

  #delete(id: string): Response {
    this.#sql.exec("DELETE FROM members WHERE audience_id = ?", id);
    this.#sql.exec("DELETE FROM audiences WHERE id = ?", id);
    return Response.json({});
  }

  #exists(id: string): boolean {
    return this.#sql.exec("SELECT 1 AS found FROM audiences WHERE id = ?", id).toArray().length > 0;
  }

  #size(id: string): number {
    return this.#sql.exec<{ n: number }>("SELECT count(*) AS n FROM members WHERE audience_id = ?", id).one().n;
  }

  /** The fault that this request meets. Each one used up counts down `times`. */
  #takeFault(carriesMembers: boolean): SandboxFault {
    const { kind, times } = this.#sql
      .exec<{ kind: SandboxFault; times: number | null }>("SELECT kind, times FROM faults")
      .one();
    if (kind === "reject_some" && !carriesMembers) return "none";
    if (kind === "none" || times === null) return kind;
    if (times <= 0) return "none";
    this.#sql.exec("UPDATE faults SET times = ?, kind = ?", times - 1, times === 1 ? "none" : kind);
    return kind;
  }

  /** Identifiers looked at while told to reject some. */
  #count(): number {
    return this.#sql.exec<{ seen: number }>("UPDATE faults SET seen = seen + 1 RETURNING seen").one().seen;
  }
}

function problem(status: number, code: string, headers: Record<string, string> = {}, facts: object = {}): Response {
  return Response.json({ code, ...facts }, { status, headers });
}
