/** What a test does first: a workspace of its own, so that files are independent and share one server. */
import { inject } from "vitest";
import { Client, signIn } from "./client.ts";

export interface Workspace {
  id: string;
  owner: Client;
  email: string;
  password: string;
}

let admin: Promise<Client> | null = null;

/** The installation's owner, signed in once for each test file. */
export function installationOwner(): Promise<Client> {
  const { url, email, password } = inject("server");
  admin ??= signIn(url, email, password);
  return admin;
}

/** A name no other test uses. */
export function unique(word: string): string {
  return `${word}-${crypto.randomUUID().slice(0, 13)}`;
}

export async function openWorkspace(timeZone?: string): Promise<Workspace> {
  const email = `${unique("owner")}@example.com`;
  const password = unique("correct horse battery");
  const body = { name: unique("workspace"), owner_email: email, owner_password: password };
  const made = await (await installationOwner()).post<{ id: string }>("/api/v1/workspaces", body);
  const owner = await signIn(inject("server").url, email, password);
  if (timeZone !== undefined) await owner.patch("/api/v1/workspace", { time_zone: timeZone });
  return { id: made.id, owner, email, password };
}

export type Role = "owner" | "admin" | "analyst" | "viewer";

/** Somebody invited by link, with a session of their own. */
export async function joinAs(
  inviter: Client,
  role: Role,
): Promise<{ client: Client; email: string; password: string }> {
  const email = `${unique(role)}@example.com`;
  const invite = await inviter.post<{ url: string }>("/api/v1/invites", { email, role });
  return join(inviter.url, email, tokenOf(invite.url));
}

export function tokenOf(link: string): string {
  const token = new URL(link, "http://localhost").searchParams.get("token");
  if (!token) throw new Error(`${link} carries no token`);
  return token;
}

async function join(
  url: string,
  email: string,
  token: string,
): Promise<{ client: Client; email: string; password: string }> {
  const client = new Client(url);
  const password = unique("correct horse battery");
  const answer = await client.send("POST", "/api/v1/auth/join", { json: { token, name: "Somebody", password } });
  if (answer.status > 299) throw new Error(`join answered ${answer.status}: ${answer.text}`);
  client.adopt(answer);
  return { client, email, password };
}
