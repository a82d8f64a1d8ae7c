import type { Role } from "../api/session.ts";

export const ROLES: readonly { value: Role; label: string }[] = [
  { value: "viewer", label: "Viewer: reads" },
  { value: "analyst", label: "Analyst: files and segments" },
  { value: "admin", label: "Admin: also activation and people" },
  { value: "owner", label: "Owner: also other owners" },
];
