import { and, asc, eq, sql } from "drizzle-orm";
import type { Role } from "../auth/roles.ts";
import { changes, type Database, type Statement } from "../database.ts";
import { members } from "../schema/members.ts";
import { sessions } from "../schema/sessions.ts";
import { users } from "../schema/users.ts";

export interface Member {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly created_at: number;
}

const COLUMNS = {
  id: users.id,
  email: users.email,
  name: users.name,
  role: members.role,
  created_at: members.created_at,
};

export function insertMember(db: Database, workspaceId: string, userId: string, role: Role, now: number): Statement {
  return db.insert(members).values({ workspace_id: workspaceId, user_id: userId, role, created_at: now });
}

export async function listMembers(db: Database, workspaceId: string): Promise<Member[]> {
  return await db
    .select(COLUMNS)
    .from(members)
    .innerJoin(users, eq(users.id, members.user_id))
    .where(eq(members.workspace_id, workspaceId))
    .orderBy(asc(members.created_at), asc(users.id));
}

export async function findMember(db: Database, workspaceId: string, userId: string): Promise<Member | null> {
  const row = await db
    .select(COLUMNS)
    .from(members)
    .innerJoin(users, eq(users.id, members.user_id))
    .where(and(eq(members.workspace_id, workspaceId), eq(members.user_id, userId)))
    .get();
  return row ?? null;
}

/** One owner besides this one. Part of the write itself, so that two owners cannot leave at once. */
function anotherOwner(workspaceId: string, userId: string) {
  return sql`(${members.role} <> 'owner' OR EXISTS (SELECT 1 FROM members AS other
    WHERE other.workspace_id = ${workspaceId} AND other.role = 'owner' AND other.user_id <> ${userId}))`;
}

/** Changes a role; false where that would take the last owner away. */
export async function setRole(db: Database, workspaceId: string, userId: string, role: Role): Promise<boolean> {
  const keepsOwner = role === "owner" ? undefined : anotherOwner(workspaceId, userId);
  const result = await db
    .update(members)
    .set({ role })
    .where(and(eq(members.workspace_id, workspaceId), eq(members.user_id, userId), keepsOwner));
  return changes(result) > 0;
}

/** Removes somebody and signs them out; false where that would take the last owner away. */
export async function removeMember(db: Database, workspaceId: string, userId: string): Promise<boolean> {
  const who = and(eq(members.workspace_id, workspaceId), eq(members.user_id, userId));
  const [removed] = await db.batch([
    db.delete(members).where(and(who, anotherOwner(workspaceId, userId))),
    db
      .delete(sessions)
      .where(
        and(
          eq(sessions.workspace_id, workspaceId),
          eq(sessions.user_id, userId),
          sql`NOT EXISTS (SELECT 1 FROM members WHERE members.workspace_id = ${workspaceId} AND members.user_id = ${userId})`,
        ),
      ),
  ]);
  return changes(removed) > 0;
}
