import * as z from "zod";
import { normaliseEmail } from "../../control/auth/email.ts";
import { emailTaken, INVITE_MS } from "../../control/auth/one-time.ts";
import { mayGrant } from "../../control/auth/roles.ts";
import { createLink, deleteInvite, findInvite, type Link, listInvites } from "../../control/repositories/links.ts";
import { findAccount } from "../../control/repositories/users.ts";
import { ProblemError } from "../../platform/problem.ts";
import { publicUrl } from "../env.ts";
import { notFound } from "../problems.ts";
import { route } from "../route.ts";
import { Email, Time } from "../shapes/common.ts";
import { Role } from "../shapes/people.ts";
import { rfc3339 } from "../time.ts";
import { cannotGrant } from "./members.ts";

const InviteAnswer = z
  .object({ id: z.string(), email: z.string(), role: Role, created_at: Time, expires_at: Time })
  .meta({ id: "Invite" });

function inviteAnswer(link: Pick<Link, "id" | "email" | "role" | "created_at" | "expires_at">) {
  const { id, email, role, created_at, expires_at } = link;
  const times = { created_at: rfc3339(created_at), expires_at: rfc3339(expires_at) };
  return { id, email: email ?? "", role: role ?? ("viewer" as const), ...times };
}

export const inviteRoutes = [
  route({
    method: "get",
    path: "/api/v1/invites",
    access: "admin",
    summary: "Open invitations, newest first.",
    answer: z.object({ data: z.array(InviteAnswer), next_cursor: z.null() }),
    async handle({ db, now, principal }) {
      const links = await listInvites(db, principal.workspace.id, now);
      return { data: links.map(inviteAnswer), next_cursor: null };
    },
  }),
  route({
    method: "post",
    path: "/api/v1/invites",
    access: "admin",
    summary: "Invites somebody. The link is shown this once, for you to send; only owners invite owners.",
    body: z.strictObject({ email: Email, role: Role }),
    status: 201,
    answer: InviteAnswer.extend({ url: z.string() }),
    problems: ["email_taken"],
    async handle({ env, db, body, now, request, principal }) {
      if (!mayGrant(principal.role, body.role)) throw cannotGrant(principal.role, body.role);
      const email = normaliseEmail(body.email);
      if (await findAccount(db, email)) throw new ProblemError(emailTaken(email));
      const invite = { email, role: body.role, created_at: now, expires_at: now + INVITE_MS };
      const { workspace, user } = principal;
      const { id, token } = await createLink(db, {
        ...{ kind: "invite", workspace_id: workspace.id, created_by: user.id },
        ...invite,
      });
      return { ...inviteAnswer({ id, ...invite }), url: `${publicUrl(env, request)}/join?token=${token}` };
    },
  }),
  route({
    method: "delete",
    path: "/api/v1/invites/{invite_id}",
    access: "admin",
    summary: "Takes an invitation back.",
    async handle({ db, params, principal }) {
      const invite = await findInvite(db, principal.workspace.id, params.invite_id);
      if (!invite) throw notFound("invite");
      await deleteInvite(db, principal.workspace.id, invite.id);
      return undefined;
    },
  }),
];
