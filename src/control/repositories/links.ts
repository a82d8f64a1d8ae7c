/** One-time links. The token is shown once; only its hash is kept. */
import { and, desc, eq, gt, sql } from "drizzle-orm";
import { newId } from "../../platform/ids.ts";
import { hashToken, newToken } from "../auth/tokens.ts";
import type { Database, Statement } from "../database.ts";
import { links } from "../schema/links.ts";

export type Link = typeof links.$inferSelect;
export type LinkKind = Link["kind"];

type NewLink = Pick<Link, "kind" | "created_at" | "expires_at"> &
  Partial<Pick<Link, "workspace_id" | "user_id" | "email" | "role" | "created_by">>;

/** Makes a link; the token goes into its address. */
export async function createLink(db: Database, link: NewLink): Promise<{ id: string; token: string }> {
  const token = newToken();
  const id = newId("inv");
  await db.insert(links).values({ ...link, id, token_hash: await hashToken(token) });
  return { id, token };
}

/** A link that can still be used, or null. */
export async function findLink(db: Database, kind: LinkKind, token: string, now: number): Promise<Link | null> {
  const usable = and(
    eq(links.kind, kind),
    eq(links.token_hash, await hashToken(token)),
    eq(links.uses, 0),
    gt(links.expires_at, now),
  );
  return (await db.select().from(links).where(usable).get()) ?? null;
}

/** Uses a link up, in the batch of what it is used for; a second use undoes the batch (`links.uses` is null). */
export function claimLink(db: Database, linkId: string): Statement {
  return db
    .update(links)
    .set({ uses: sql`CASE WHEN ${links.uses} = 0 THEN 1 ELSE NULL END` })
    .where(eq(links.id, linkId));
}

/** Open invitations of a workspace, newest first. */
export async function listInvites(db: Database, workspaceId: string, now: number): Promise<Link[]> {
  const open = and(
    eq(links.workspace_id, workspaceId),
    eq(links.kind, "invite"),
    eq(links.uses, 0),
    gt(links.expires_at, now),
  );
  return await db.select().from(links).where(open).orderBy(desc(links.created_at), desc(links.id));
}

export async function findInvite(db: Database, workspaceId: string, linkId: string): Promise<Link | null> {
  const which = and(eq(links.workspace_id, workspaceId), eq(links.kind, "invite"), eq(links.id, linkId));
  return (await db.select().from(links).where(which).get()) ?? null;
}

export async function deleteInvite(db: Database, workspaceId: string, linkId: string): Promise<void> {
  const which = and(eq(links.workspace_id, workspaceId), eq(links.kind, "invite"), eq(links.id, linkId));
  await db.delete(links).where(which);
}

/** Makes the set-up link of this token, or makes the one there is valid for longer. A used one stays used. */
export async function keepSetUpLink(db: Database, token: string, now: number, expiresAt: number): Promise<void> {
  const row = { id: newId("inv"), kind: "set_up", token_hash: await hashToken(token), created_at: now } as const;
  await db
    .insert(links)
    .values({ ...row, expires_at: expiresAt })
    .onConflictDoUpdate({ target: links.token_hash, set: { expires_at: expiresAt } });
}
