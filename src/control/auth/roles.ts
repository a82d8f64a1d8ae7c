import { ROLES } from "../schema/members.ts";

/** From the least to the most; each may do what those before it may. */
export type Role = (typeof ROLES)[number];

export { ROLES };

/** Whether `role` may do what `needed` may. */
export function atLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Whether `actor` may give, change or take away `role`: nobody touches rights above their own. */
export function mayGrant(actor: Role, role: Role): boolean {
  return atLeast(actor, "admin") && atLeast(actor, role);
}
