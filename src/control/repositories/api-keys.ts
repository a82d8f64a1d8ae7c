/** Keys of programs. A key is found by its id alone: it is what tells the workspace. */
import { and, desc, eq, isNull, sql } from "drizzle-orm";
import { hashSecret, newSecret, readKey, sameHash, writeKey } from "../auth/key-tokens.ts";
import type { Role } from "../auth/roles.ts";
import { newToken } from "../auth/tokens.ts";
import { changes, type Database, violated } from "../database.ts";
import { remembered } from "../remembered.ts";
import { apiKeys } from "../schema/api-keys.ts";
import { members } from "../schema/members.ts";
import { users } from "../schema/users.ts";
import { workspaces } from "../schema/workspaces.ts";
import type { Principal } from "./sessions.ts";

export type ApiKey = Omit<typeof apiKeys.$inferSelect, "secret_hash" | "former_hash">;
type NewKey = Omit<ApiKey, "former_until" | "revoked_at">;

export const MOST_KEYS = 10;

/** Who calls with a key: its owner, as they are now, and the key. */
export interface KeyHolder extends Principal {
  readonly key: ApiKey;
}

/** Makes a key and answers its text, which is not kept. Null: its owner has as many as one may have. */
export async function createKey(db: Database, key: NewKey): Promise<string | null> {
  const secret = newSecret();
  const secret_hash = await hashSecret(await saltOf(db, key.user_id), secret);
  // Counted in the write itself, so that many at once are not more than one after the other.
  const held = sql`(SELECT count(*) FROM api_keys WHERE user_id = ${key.user_id} AND revoked_at IS NULL)`;
  const name = sql<string>`CASE WHEN ${held} < ${MOST_KEYS} THEN ${key.name} ELSE NULL END`;
  try {
    await db.insert(apiKeys).values({ ...key, name, secret_hash });
  } catch (error) {
    if (violated(error, "NOT NULL", "api_keys.name")) return null;
    throw error;
  }
  return writeKey({ id: key.id, secret });
}

async function saltOf(db: Database, userId: string): Promise<string> {
  const made = sql<string>`coalesce(${users.key_salt}, ${newToken()})`;
  const [user] = await db.update(users).set({ key_salt: made }).where(eq(users.id, userId)).returning();
  return user?.key_salt ?? "";
}

const COLUMNS = {
  ...{ id: apiKeys.id, workspace_id: apiKeys.workspace_id, user_id: apiKeys.user_id, name: apiKeys.name },
  ...{ scopes: apiKeys.scopes, segment_ids: apiKeys.segment_ids, rate_limits: apiKeys.rate_limits },
  ...{ created_at: apiKeys.created_at, expires_at: apiKeys.expires_at, revoked_at: apiKeys.revoked_at },
  former_until: apiKeys.former_until,
};

/** Keys that are not revoked, newest first; of one person or of the whole workspace. */
export async function listKeys(db: Database, workspaceId: string, userId: string | null): Promise<ApiKey[]> {
  const whose = userId === null ? undefined : eq(apiKeys.user_id, userId);
  return await db
    .select(COLUMNS)
    .from(apiKeys)
    .where(and(eq(apiKeys.workspace_id, workspaceId), whose, isNull(apiKeys.revoked_at)))
    .orderBy(desc(apiKeys.created_at), desc(apiKeys.id));
}

export async function findKey(db: Database, workspaceId: string, id: string): Promise<ApiKey | null> {
  return (await db.select(COLUMNS).from(apiKeys).where(standing(workspaceId, id)).get()) ?? null;
}

type KeyChanges = Partial<Pick<ApiKey, "name" | "scopes" | "segment_ids" | "rate_limits" | "expires_at">>;

export async function updateKey(db: Database, workspaceId: string, id: string, change: KeyChanges): Promise<void> {
  await db.update(apiKeys).set(change).where(standing(workspaceId, id));
}

/** Gives a key a new secret; the one before is good until `until`. The new text; null: no such key. */
export async function rollKey(db: Database, workspaceId: string, id: string, until: number): Promise<string | null> {
  const key = await findKey(db, workspaceId, id);
  if (!key) return null;
  const secret = newSecret();
  const secret_hash = await hashSecret(await saltOf(db, key.user_id), secret);
  const former = { former_hash: sql`${apiKeys.secret_hash}`, former_until: until };
  const rolled = await db
    .update(apiKeys)
    .set({ ...former, secret_hash })
    .where(standing(workspaceId, id));
  return changes(rolled) > 0 ? writeKey({ id, secret }) : null;
}

/** A segment that a key made is seen by it. The holder as it is from then on. */
export async function joinScope(db: Database, holder: KeyHolder, segmentId: string): Promise<KeyHolder> {
  const { key } = holder;
  if (key.segment_ids === null) return holder;
  const joined = sql<string[]>`json_insert(${apiKeys.segment_ids}, '$[#]', ${segmentId})`;
  await db.update(apiKeys).set({ segment_ids: joined }).where(standing(key.workspace_id, key.id));
  return { ...holder, key: { ...key, segment_ids: [...key.segment_ids, segmentId] } };
}

export async function revokeKey(db: Database, workspaceId: string, id: string, now: number): Promise<void> {
  await db.update(apiKeys).set({ revoked_at: now }).where(standing(workspaceId, id));
}

function standing(workspaceId: string, id: string) {
  return and(eq(apiKeys.workspace_id, workspaceId), eq(apiKeys.id, id), isNull(apiKeys.revoked_at));
}

/** Whoever a key stands for, with the rights that its owner has today; null where it is not good. */
export async function findKeyHolder(db: Database, text: string, now: number): Promise<KeyHolder | null> {
  const found = await remembered(db, `key ${text}`, () => loadHolder(db, text));
  if (!found) return null;
  const { holder, isFormer } = found;
  const { expires_at, former_until } = holder.key;
  if (expires_at !== null && expires_at <= now) return null;
  if (isFormer && (former_until ?? 0) <= now) return null;
  return holder;
}

async function loadHolder(db: Database, text: string): Promise<{ holder: KeyHolder; isFormer: boolean } | null> {
  const token = readKey(text);
  const row = token && (await rowOf(db, token.id));
  // The same work for an id that is not there.
  const hash = await hashSecret(row?.user.key_salt ?? "", token?.secret ?? "");
  const isCurrent = sameHash(hash, row?.hashes.secret ?? NO_HASH);
  const isFormer = sameHash(hash, row?.hashes.former ?? NO_HASH);
  if (!row || !(isCurrent || isFormer)) return null;
  const { id, email, name } = row.user;
  const holder = { user: { id, email, name }, workspace: row.workspace, role: row.role as Role, key: row.key };
  return { holder, isFormer: !isCurrent };
}

const NO_HASH = "0".repeat(64);

async function rowOf(db: Database, id: string) {
  const hashes = { secret: apiKeys.secret_hash, former: apiKeys.former_hash };
  return await db
    .select({ key: COLUMNS, hashes, user: users, workspace: workspaces, role: members.role })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.user_id))
    .innerJoin(workspaces, eq(workspaces.id, apiKeys.workspace_id))
    .innerJoin(members, and(eq(members.user_id, apiKeys.user_id), eq(members.workspace_id, apiKeys.workspace_id)))
    .where(and(eq(apiKeys.id, id), isNull(apiKeys.revoked_at)))
    .get();
}
