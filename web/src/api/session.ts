/** Who is signed in, and the ways in and out. */
import { queryOptions } from "@tanstack/react-query";
import { request } from "./http.ts";

export type Role = "viewer" | "analyst" | "admin" | "owner";

export interface Me {
  readonly user: { readonly id: string; readonly email: string; readonly name: string | null };
  readonly workspace: { readonly id: string; readonly name: string; readonly time_zone: string };
  readonly role: Role;
  readonly installation_owner: boolean;
}

const ORDER: readonly Role[] = ["viewer", "analyst", "admin", "owner"];

/** Whether a role includes another's rights. */
export function may(role: Role, needed: Role): boolean {
  return ORDER.indexOf(role) >= ORDER.indexOf(needed);
}

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => request<Me>("GET", "/me", { signal }),
  staleTime: 60_000,
});

export const getAuthState = () => request<{ needs_setup: boolean }>("GET", "/auth/state");

export const signIn = (body: { email: string; password: string }) => request("POST", "/auth/sign-in", { body });

export const signInByLink = (token: string) => request("POST", "/auth/sign-in-link", { body: { token } });

export const signOut = () => request<void>("POST", "/auth/sign-out");

export interface SetUp {
  readonly token: string;
  readonly email: string;
  readonly password: string;
  readonly name?: string;
  readonly workspace_name?: string;
}
export const setUp = (body: SetUp) => request("POST", "/auth/set-up", { body });

export const join = (body: { token: string; name: string; password: string }) =>
  request("POST", "/auth/join", { body });
