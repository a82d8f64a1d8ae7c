import * as z from "zod";
import { atLeast } from "../../control/auth/roles.ts";
import { roleFor, SCOPES, type Scope } from "../../control/auth/scopes.ts";
import {
  type ApiKey,
  createKey,
  findKey,
  listKeys,
  MOST_KEYS,
  revokeKey,
  rollKey,
  updateKey,
} from "../../control/repositories/api-keys.ts";
import { segmentsById } from "../../control/repositories/segment-names.ts";
import type { Principal } from "../../control/repositories/sessions.ts";
import { newId } from "../../platform/ids.ts";
import type { Env } from "../env.ts";
import { notFound, problem } from "../problems.ts";
import { type Call, route } from "../route.ts";
import { Name } from "../shapes/common.ts";
import { KeyAnswer, KeyLimits, keyAnswer, NewKeyAnswer } from "../shapes/key.ts";

const Scopes = z.array(z.enum(SCOPES)).min(1).max(SCOPES.length);
const SegmentIds = z.array(z.string().max(100)).max(1_000).nullable();
const Expiry = z.iso.datetime({ offset: true }).nullable();
/** So long is the former secret good, unless said. */
const OVERLAP_S = 24 * 3_600;
const OVERLAP_MAX_S = 30 * 24 * 3_600;

type KeyCall = Pick<Call<string, "viewer">, "db" | "principal">;

/** One's own key; admins reach those of everybody. */
async function needKey({ db, principal }: KeyCall, id: string): Promise<ApiKey> {
  const key = await findKey(db, principal.workspace.id, id);
  const reaches = key && (key.user_id === principal.user.id || atLeast(principal.role, "admin"));
  if (!reaches) throw notFound("key");
  return key;
}

/** 403 for a scope above one's own rights. */
function refuseAbove({ role }: Principal, scopes: readonly Scope[]): void {
  for (const scope of scopes) {
    const needed_role = roleFor(scope);
    if (atLeast(role, needed_role)) continue;
    const detail = `The scope ${scope} is given by those who have the role ${needed_role}; yours is ${role}. Leave it out, or ask somebody who has it.`;
    throw problem(403, "forbidden", detail, { path: "scopes", facts: { needed_role } });
  }
}

async function refuseUnknown({ db, principal }: KeyCall, ids: readonly string[] | null | undefined): Promise<void> {
  if (!ids) return;
  const known = new Set((await segmentsById(db, principal.workspace.id, ids)).map(({ id }) => id));
  const at = ids.findIndex((id) => !known.has(id));
  if (at < 0) return;
  const detail = `There is no segment ${ids[at]} in this workspace. Choose from GET /api/v1/segments.`;
  throw problem(422, "unknown_segment", detail, { path: `segment_ids[${at}]` });
}

function expiryOf(text: string | null | undefined, now: number): number | null {
  if (text === null || text === undefined) return null;
  const at = Date.parse(text);
  if (at > now) return at;
  throw problem(422, "invalid_request", "expires_at is past. Choose a moment in the future.", { path: "expires_at" });
}

const lastUse = async (env: Env, { id }: ApiKey): Promise<number | null> => env.QUOTA.getByName(id).lastUse();

export const keyRoutes = [
  route({
    method: "get",
    path: "/api/v1/keys",
    access: "viewer",
    summary: "One's own keys, newest first; for admins those of the whole workspace.",
    answer: z.object({ data: z.array(KeyAnswer), next_cursor: z.null() }),
    async handle({ env, db, principal }) {
      const whose = atLeast(principal.role, "admin") ? null : principal.user.id;
      const keys = await listKeys(db, principal.workspace.id, whose);
      const data = await Promise.all(keys.map(async (key) => keyAnswer(key, await lastUse(env, key))));
      return { data, next_cursor: null };
    },
  }),
  route({
    method: "post",
    path: "/api/v1/keys",
    access: "viewer",
    summary: "Makes a key. Its text is in this answer and nowhere else.",
    body: z.strictObject({
      name: Name,
      scopes: Scopes,
      segment_ids: SegmentIds.default(null),
      rate_limits: KeyLimits.default({}),
      expires_at: Expiry.default(null),
    }),
    status: 201,
    answer: NewKeyAnswer,
    problems: ["too_many_keys", "unknown_segment"],
    async handle(call) {
      const { db, body, now, principal } = call;
      refuseAbove(principal, body.scopes);
      await refuseUnknown(call, body.segment_ids);
      const key = {
        ...{ id: newId("key"), workspace_id: principal.workspace.id, user_id: principal.user.id, name: body.name },
        ...{ scopes: body.scopes, segment_ids: body.segment_ids, rate_limits: body.rate_limits },
        ...{ created_at: now, expires_at: expiryOf(body.expires_at, now) },
      };
      const text = await createKey(db, key);
      if (text === null) {
        const detail = `You have ${MOST_KEYS} keys, which is the most. Revoke one that is not used any more.`;
        throw problem(409, "too_many_keys", detail, { facts: { limit: MOST_KEYS } });
      }
      return { ...keyAnswer({ ...key, former_until: null, revoked_at: null }, null), key: text };
    },
  }),
  route({
    method: "patch",
    path: "/api/v1/keys/{key_id}",
    access: "viewer",
    summary: "Changes what a key may do. It holds from the next request on.",
    body: z.strictObject({
      name: Name.optional(),
      scopes: Scopes.optional(),
      segment_ids: SegmentIds.optional(),
      rate_limits: KeyLimits.optional(),
      expires_at: Expiry.optional(),
    }),
    answer: KeyAnswer,
    problems: ["unknown_segment"],
    async handle(call) {
      const { env, db, params, body, now, principal } = call;
      const key = await needKey(call, params.key_id);
      refuseAbove(principal, body.scopes ?? []);
      await refuseUnknown(call, body.segment_ids);
      const { expires_at, ...others } = body;
      const change = expires_at === undefined ? others : { ...others, expires_at: expiryOf(expires_at, now) };
      if (Object.keys(change).length > 0) await updateKey(db, principal.workspace.id, key.id, change);
      return keyAnswer({ ...key, ...change }, await lastUse(env, key));
    },
  }),
  route({
    method: "post",
    path: "/api/v1/keys/{key_id}/roll",
    access: "viewer",
    summary: "Gives a key a new secret. The one before is good for a day, or as long as is said.",
    body: z.strictObject({ overlap_s: z.number().int().min(0).max(OVERLAP_MAX_S).default(OVERLAP_S) }),
    answer: NewKeyAnswer,
    async handle(call) {
      const { env, db, params, body, now, principal } = call;
      const key = await needKey(call, params.key_id);
      const former_until = now + body.overlap_s * 1_000;
      const text = await rollKey(db, principal.workspace.id, key.id, former_until);
      if (text === null) throw notFound("key");
      return { ...keyAnswer({ ...key, former_until }, await lastUse(env, key)), key: text };
    },
  }),
  route({
    method: "delete",
    path: "/api/v1/keys/{key_id}",
    access: "viewer",
    summary: "Revokes a key at once.",
    async handle(call) {
      const { db, params, now, principal } = call;
      const key = await needKey(call, params.key_id);
      await revokeKey(db, principal.workspace.id, key.id, now);
      return undefined;
    },
  }),
];
