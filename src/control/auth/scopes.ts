/** What a key may do: each scope with the least role of whoever gives it, and of whoever the key belongs to. */
import type { Role } from "./roles.ts";

const NEEDED = {
  "segments:read": "viewer",
  "segments:members:read": "viewer",
  "segments:write": "analyst",
  "segments:delete": "analyst",
  "activations:read": "viewer",
  "datasets:read": "viewer",
  "datasets:write": "analyst",
} as const satisfies Readonly<Record<string, Role>>;

export type Scope = keyof typeof NEEDED;

export const SCOPES = Object.keys(NEEDED) as [Scope, ...Scope[]];

export function roleFor(scope: Scope): Role {
  return NEEDED[scope];
}
