import { eq } from "drizzle-orm";
import { normaliseEmail } from "../auth/email.ts";
import type { Database, Statement } from "../database.ts";
import { members } from "../schema/members.ts";
import { users } from "../schema/users.ts";

export type User = typeof users.$inferSelect;

export function insertUser(db: Database, user: Omit<User, "key_salt">): Statement {
  return db.insert(users).values({ ...user, email: normaliseEmail(user.email) });
}

/** An account and the workspace it signs in to; null where there is no account or it belongs nowhere. */
export async function findAccount(db: Database, email: string): Promise<{ user: User; workspace_id: string } | null> {
  const row = await db
    .select({ user: users, workspace_id: members.workspace_id })
    .from(users)
    .innerJoin(members, eq(members.user_id, users.id))
    .where(eq(users.email, normaliseEmail(email)))
    .orderBy(members.created_at)
    .limit(1)
    .get();
  return row ?? null;
}

/** A person by address, member of a workspace or not. */
export async function findUserByEmail(db: Database, email: string): Promise<User | null> {
  return (
    (await db
      .select()
      .from(users)
      .where(eq(users.email, normaliseEmail(email)))
      .get()) ?? null
  );
}

/** A person who was removed from their workspace comes back with a new name and password. */
export function renewUser(db: Database, userId: string, name: string, passwordHash: string): Statement {
  return db.update(users).set({ name, password_hash: passwordHash }).where(eq(users.id, userId));
}

/** Whether anybody has an account yet. */
export async function anyUser(db: Database): Promise<boolean> {
  return (await db.select({ id: users.id }).from(users).limit(1).get()) !== undefined;
}
