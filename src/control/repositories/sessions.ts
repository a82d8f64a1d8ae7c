/** Signed-in browsers. A session is found by its token alone: it is what tells the workspace. */
import { and, eq, lte } from "drizzle-orm";
import type { Role } from "../auth/roles.ts";
import { hashToken, newToken } from "../auth/tokens.ts";
import type { Database } from "../database.ts";
import { remembered } from "../remembered.ts";
import { members } from "../schema/members.ts";
import { sessions } from "../schema/sessions.ts";
import { users } from "../schema/users.ts";
import { workspaces } from "../schema/workspaces.ts";

export const SESSION_MS = 30 * 24 * 3_600_000;
/** The end is moved at most once a day, so that reading does not write. */
const SLIDE_MS = 24 * 3_600_000;

/** Who is asking, in which workspace, with which rights. */
export interface Principal {
  readonly user: { readonly id: string; readonly email: string; readonly name: string };
  readonly workspace: {
    readonly id: string;
    readonly name: string;
    readonly time_zone: string;
    readonly created_at: number;
  };
  readonly role: Role;
}

/** Starts a session; the token goes into the cookie and is not kept. */
export async function startSession(db: Database, userId: string, workspaceId: string, now: number): Promise<string> {
  const token = newToken();
  const row = {
    token_hash: await hashToken(token),
    user_id: userId,
    workspace_id: workspaceId,
    created_at: now,
    expires_at: now + SESSION_MS,
  };
  await db.batch([db.delete(sessions).where(lte(sessions.expires_at, now)), db.insert(sessions).values(row)]);
  return token;
}

/** The principal of a live session, or null; a use moves the session's end. */
export async function findPrincipal(db: Database, token: string, now: number): Promise<Principal | null> {
  const row = await remembered(db, `session ${token}`, async () => sessionOf(db, await hashToken(token)));
  if (!row || row.expires_at <= now) return null;
  if (row.expires_at < now + SESSION_MS - SLIDE_MS) {
    await db
      .update(sessions)
      .set({ expires_at: now + SESSION_MS })
      .where(eq(sessions.token_hash, await hashToken(token)));
  }
  const { id, email, name } = row.user;
  return { user: { id, email, name }, workspace: row.workspace, role: row.role };
}

async function sessionOf(db: Database, hash: string) {
  return await db
    .select({ user: users, workspace: workspaces, role: members.role, expires_at: sessions.expires_at })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.user_id))
    .innerJoin(workspaces, eq(workspaces.id, sessions.workspace_id))
    .innerJoin(members, and(eq(members.user_id, sessions.user_id), eq(members.workspace_id, sessions.workspace_id)))
    .where(eq(sessions.token_hash, hash))
    .get();
}

export async function endSession(db: Database, token: string): Promise<void> {
  await db.delete(sessions).where(eq(sessions.token_hash, await hashToken(token)));
}
