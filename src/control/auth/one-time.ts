/** What one-time links are good for: the first set-up, signing in without a password, joining a workspace. */
import { newId } from "../../platform/ids.ts";
import { failure, type Outcome, type Problem, success } from "../../platform/problem.ts";
import { type Database, runBatch, type Statement, violated } from "../database.ts";
import { claimLink, createLink, findLink } from "../repositories/links.ts";
import { insertMember, listMembers } from "../repositories/members.ts";
import { anyUser, findAccount, findUserByEmail, insertUser, renewUser } from "../repositories/users.ts";
import { firstWorkspace } from "../repositories/workspaces.ts";
import { type Founding, foundWorkspace } from "./found.ts";
import { hashPassword } from "./password.ts";
import type { Role } from "./roles.ts";
import type { SignedIn } from "./sign-in.ts";

const HOUR_MS = 3_600_000;
export const SIGN_IN_LINK_MS = 24 * HOUR_MS;
export const INVITE_MS = 7 * 24 * HOUR_MS;
export const SET_UP_LINK_MS = 7 * 24 * HOUR_MS;

const DEAD_LINK: Problem = {
  code: "invalid_link",
  status: 401,
  detail: "This link was used already, has expired or was never valid. Ask for a new one.",
};

/** Makes the first workspace and its owner, with the link that the first start prints. */
export async function setUp(db: Database, token: string, founding: Founding, now: number): Promise<Outcome<SignedIn>> {
  const link = await findLink(db, "set_up", token, now);
  if (!link || (await anyUser(db))) return failure(DEAD_LINK);
  const founded = await foundWorkspace(db, founding, now);
  const claimed = await claim(db, link.id, founded.statements);
  return claimed ?? success({ user_id: founded.owner.id, workspace_id: founded.workspace.id });
}

/** The token of a link that signs somebody in without a password, once. Null: there is no such account. */
export async function createSignInLink(db: Database, email: string, now: number): Promise<string | null> {
  const account = await findAccount(db, email);
  if (!account) return null;
  const link = {
    kind: "sign_in",
    workspace_id: account.workspace_id,
    user_id: account.user.id,
    created_at: now,
    expires_at: now + SIGN_IN_LINK_MS,
  } as const;
  return (await createLink(db, link)).token;
}

/** The same for the first owner of the first workspace: the demo prints it. Null before the set-up. */
export async function createOwnerSignInToken(db: Database, now: number): Promise<string | null> {
  const workspace = await firstWorkspace(db);
  const people = workspace ? await listMembers(db, workspace.id) : [];
  const owner = people.find((person) => person.role === "owner");
  return owner ? createSignInLink(db, owner.email, now) : null;
}

export async function signInByLink(db: Database, token: string, now: number): Promise<Outcome<SignedIn>> {
  const link = await findLink(db, "sign_in", token, now);
  if (!link?.user_id || !link.workspace_id) return failure(DEAD_LINK);
  const claimed = await claim(db, link.id, []);
  return claimed ?? success({ user_id: link.user_id, workspace_id: link.workspace_id });
}

/** An invited person makes their account. */
export async function join(
  db: Database,
  request: { token: string; name: string; password: string },
  now: number,
): Promise<Outcome<SignedIn>> {
  const link = await findLink(db, "invite", request.token, now);
  if (!link?.workspace_id || !link.email || !link.role) return failure(DEAD_LINK);
  const passwordHash = await hashPassword(request.password);
  const known = await findUserByEmail(db, link.email);
  if (known && (await findAccount(db, link.email))) return failure(emailTaken(link.email));
  const id = known?.id ?? newId("usr");
  const account = known
    ? renewUser(db, id, request.name, passwordHash)
    : insertUser(db, { id, email: link.email, name: request.name, password_hash: passwordHash, created_at: now });
  const role: Role = link.role;
  const claimed = await claim(db, link.id, [account, insertMember(db, link.workspace_id, id, role, now)]);
  return claimed ?? success({ user_id: id, workspace_id: link.workspace_id });
}

export function emailTaken(email: string): Problem {
  return {
    code: "email_taken",
    status: 409,
    detail: `There is an account for ${email} already. Sign in with it, or use another address.`,
    path: "email",
  };
}

/** Uses the link up together with the statements; null when it went well. */
async function claim(db: Database, linkId: string, statements: readonly Statement[]): Promise<Outcome<never> | null> {
  try {
    await runBatch(db, [claimLink(db, linkId), ...statements]);
    return null;
  } catch (error) {
    if (violated(error, "NOT NULL", "links.uses")) return failure(DEAD_LINK);
    if (violated(error, "UNIQUE", "users.email")) return failure({ ...emailTaken("this address") });
    throw error;
  }
}
