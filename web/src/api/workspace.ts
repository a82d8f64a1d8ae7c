/** The workspace and its people. */
import { queryOptions } from "@tanstack/react-query";
import { type Page, request } from "./http.ts";
import type { Role } from "./session.ts";

export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly time_zone: string;
  readonly created_at: string;
}

export interface Member {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly role: Role;
  readonly created_at: string;
}

export interface Invite {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly expires_at: string;
  /** Only in the answer that made it. */
  readonly url?: string;
}

export const workspaceQuery = queryOptions({
  queryKey: ["workspace"],
  queryFn: ({ signal }) => request<Workspace>("GET", "/workspace", { signal }),
});

export const membersQuery = queryOptions({
  queryKey: ["people"],
  queryFn: ({ signal }) => request<Page<Member>>("GET", "/members", { signal }),
});

export const invitesQuery = queryOptions({
  queryKey: ["invites"],
  queryFn: ({ signal }) => request<Page<Invite>>("GET", "/invites", { signal }),
});

export const patchWorkspace = (body: { name?: string; time_zone?: string }) =>
  request<Workspace>("PATCH", "/workspace", { body });

export const setRole = (userId: string, role: Role) => request("PATCH", `/members/${userId}`, { body: { role } });

export const removeMember = (userId: string) => request<void>("DELETE", `/members/${userId}`);

export const invite = (body: { email: string; role: Role }) => request<Invite>("POST", "/invites", { body });

export const withdrawInvite = (id: string) => request<void>("DELETE", `/invites/${id}`);
