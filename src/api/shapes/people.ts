/** Shapes of people, workspaces and invitations. */
import * as z from "zod";
import { ROLES } from "../../control/auth/roles.ts";
import type { Member } from "../../control/repositories/members.ts";
import { rfc3339 } from "../time.ts";
import { Time } from "./common.ts";

export const Role = z.enum(ROLES);
export const PersonAnswer = z.object({ id: z.string(), email: z.string(), name: z.string() }).meta({ id: "Person" });
export const WorkspaceBrief = z.object({ id: z.string(), name: z.string(), time_zone: z.string() });
export const WorkspaceAnswer = WorkspaceBrief.extend({ created_at: Time }).meta({ id: "Workspace" });
export const MemberAnswer = PersonAnswer.extend({ role: Role, created_at: Time }).meta({ id: "Member" });

export function memberAnswer(member: Member): z.input<typeof MemberAnswer> {
  return { ...member, created_at: rfc3339(member.created_at) };
}

export function workspaceAnswer(workspace: {
  id: string;
  name: string;
  time_zone: string;
  created_at: number;
}): z.input<typeof WorkspaceAnswer> {
  const { id, name, time_zone, created_at } = workspace;
  return { id, name, time_zone, created_at: rfc3339(created_at) };
}
