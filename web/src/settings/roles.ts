import type { Role } from "../api/session.ts";

export const ROLES: readonly { value: Role; label: string }[] = [
  { value: "viewer", label: "Viewer" },
  { value: "analyst", label: "Analyst" },
  { value: "admin", label: "Admin" },
  { value: "owner", label: "Owner" },
];

export const ROLE_RIGHTS =
  "Viewers read. Analysts also work on files and segments, admins also on activation, people and settings, owners also on other owners.";
