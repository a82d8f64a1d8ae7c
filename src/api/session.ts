/** The session cookie, and who it stands for. */
import type { Role } from "../control/auth/roles.ts";
import { atLeast } from "../control/auth/roles.ts";
import type { Database } from "../control/database.ts";
import { findPrincipal, type Principal, SESSION_MS } from "../control/repositories/sessions.ts";
import { firstWorkspace } from "../control/repositories/workspaces.ts";
import { type Env, publicUrl } from "./env.ts";
import { problem } from "./problems.ts";
import type { Access } from "./route.ts";

export const SESSION_COOKIE = "cutty_session";

/** The cookie's token, or null. */
export function sessionToken(request: Request): string | null {
  for (const part of (request.headers.get("cookie") ?? "").split(";")) {
    const [name, value] = part.trim().split("=", 2);
    if (name === SESSION_COOKIE && value) return value;
  }
  return null;
}

/** The `set-cookie` of a new session. */
export function sessionCookie(env: Env, request: Request, token: string): string {
  return cookie(env, request, token, SESSION_MS / 1000);
}

/** The `set-cookie` that takes the session away. */
export function noSessionCookie(env: Env, request: Request): string {
  return cookie(env, request, "", 0);
}

function cookie(env: Env, request: Request, value: string, maxAge: number): string {
  const secure = publicUrl(env, request).startsWith("https:");
  const attributes = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${secure ? "; Secure" : ""}`;
  return `${SESSION_COOKIE}=${value}; ${attributes}`;
}

/** Who is calling, where they may; 401 `not_signed_in`, 403 `forbidden`. Null for public routes. */
export async function authorise(
  db: Database,
  request: Request,
  access: Exclude<Access, "key">,
  now: number,
): Promise<Principal | null> {
  if (access === "public") return null;
  const token = sessionToken(request);
  const principal = token === null ? null : await findPrincipal(db, token, now);
  if (!principal) throw problem(401, "not_signed_in", "Sign in first: the session is missing or has ended.");
  if (access === "installation_owner") await needInstallationOwner(db, principal);
  else needRole(principal, access);
  return principal;
}

/** 403 `forbidden` where the caller's role is below the one needed. */
export function needRole(principal: Principal, role: Role): void {
  if (atLeast(principal.role, role)) return;
  const detail = `This needs the role ${role}; yours is ${principal.role}. Ask an owner of the workspace for it.`;
  throw problem(403, "forbidden", detail, { facts: { needed_role: role } });
}

/** Whether the caller is an owner of the first workspace. */
export async function isInstallationOwner(db: Database, principal: Principal): Promise<boolean> {
  if (principal.role !== "owner") return false;
  return (await firstWorkspace(db))?.id === principal.workspace.id;
}

async function needInstallationOwner(db: Database, principal: Principal): Promise<void> {
  if (await isInstallationOwner(db, principal)) return;
  const detail = "This needs an owner of the installation: an owner of its first workspace.";
  throw problem(403, "forbidden", detail, { facts: { needed_role: "installation_owner" } });
}
