import * as z from "zod";
import { mayGrant, type Role as RoleName } from "../../control/auth/roles.ts";
import { findMember, listMembers, type Member, removeMember, setRole } from "../../control/repositories/members.ts";
import { notFound, problem } from "../problems.ts";
import { type Call, route } from "../route.ts";
import { MemberAnswer, memberAnswer, Role } from "../shapes/people.ts";

type MemberCall = Pick<Call<string, "admin">, "db" | "principal">;

/** The member, where the caller may change them: nobody touches rights above their own. */
async function needMember({ db, principal }: MemberCall, userId: string): Promise<Member> {
  const member = await findMember(db, principal.workspace.id, userId);
  if (!member) throw notFound("member");
  if (!mayGrant(principal.role, member.role)) throw cannotGrant(principal.role, member.role);
  return member;
}

/** 403 for rights above one's own. */
export function cannotGrant(own: RoleName, role: RoleName) {
  const detail = `Only an owner may do this for the role ${role}; yours is ${own}. Ask an owner of the workspace.`;
  return problem(403, "forbidden", detail, { facts: { needed_role: role } });
}

function lastOwner() {
  const detail = "This is the workspace's last owner. Make somebody else an owner first.";
  return problem(409, "last_owner", detail);
}

export const memberRoutes = [
  route({
    method: "get",
    path: "/api/v1/members",
    access: "viewer",
    summary: "Who belongs to the workspace.",
    answer: z.object({ data: z.array(MemberAnswer), next_cursor: z.null() }),
    async handle({ db, principal }) {
      const members = await listMembers(db, principal.workspace.id);
      return { data: members.map(memberAnswer), next_cursor: null };
    },
  }),
  route({
    method: "patch",
    path: "/api/v1/members/{user_id}",
    access: "admin",
    summary: "Gives somebody another role. Only owners make or change owners; the last owner stays.",
    body: z.strictObject({ role: Role }),
    answer: MemberAnswer,
    problems: ["last_owner"],
    async handle(call) {
      const { db, body, params, principal } = call;
      const member = await needMember(call, params.user_id);
      if (!mayGrant(principal.role, body.role)) throw cannotGrant(principal.role, body.role);
      if (!(await setRole(db, principal.workspace.id, member.id, body.role))) throw lastOwner();
      return memberAnswer({ ...member, role: body.role });
    },
  }),
  route({
    method: "delete",
    path: "/api/v1/members/{user_id}",
    access: "admin",
    summary: "Takes somebody out of the workspace and signs them out. The last owner stays.",
    problems: ["last_owner"],
    async handle(call) {
      const member = await needMember(call, call.params.user_id);
      if (!(await removeMember(call.db, call.principal.workspace.id, member.id))) throw lastOwner();
      return undefined;
    },
  }),
];
