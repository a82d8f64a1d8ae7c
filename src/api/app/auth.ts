import * as z from "zod";
import { join, setUp, signInByLink } from "../../control/auth/one-time.ts";
import { PASSWORD_MAX, PASSWORD_MIN } from "../../control/auth/password.ts";
import { type SignedIn, signIn } from "../../control/auth/sign-in.ts";
import { startZone } from "../../control/first-start.ts";
import { findMember } from "../../control/repositories/members.ts";
import { endSession, startSession } from "../../control/repositories/sessions.ts";
import { anyUser } from "../../control/repositories/users.ts";
import { findWorkspace } from "../../control/repositories/workspaces.ts";
import { type Outcome, unwrap } from "../../platform/problem.ts";
import { type Call, route } from "../route.ts";
import { noSessionCookie, sessionCookie, sessionToken } from "../session.ts";
import { Email, Name } from "../shapes/common.ts";
import { PersonAnswer, WorkspaceBrief } from "../shapes/people.ts";

const Token = z.string().min(1).max(200);
/** Of a new password. At sign-in any text is tried. */
const Password = z.string().min(PASSWORD_MIN).max(PASSWORD_MAX);
const SessionAnswer = z.object({ user: PersonAnswer, workspace: WorkspaceBrief });

type PublicCall = Pick<Call, "env" | "db" | "now" | "request">;

/** Starts the session of somebody who showed who they are, and answers who that is. */
async function openSession(call: PublicCall, outcome: Outcome<SignedIn>): Promise<Response> {
  const { user_id, workspace_id } = unwrap(outcome);
  const { env, db, now, request } = call;
  const token = await startSession(db, user_id, workspace_id, now);
  const [member, workspace] = await Promise.all([
    findMember(db, workspace_id, user_id),
    findWorkspace(db, workspace_id),
  ]);
  const answer = SessionAnswer.parse({ user: member, workspace });
  return Response.json(answer, { headers: { "set-cookie": sessionCookie(env, request, token) } });
}

export const authRoutes = [
  route({
    method: "get",
    path: "/api/v1/auth/state",
    access: "public",
    summary: "Whether the installation still has to be set up.",
    answer: z.object({ needs_setup: z.boolean() }),
    handle: async ({ db }) => ({ needs_setup: !(await anyUser(db)) }),
  }),
  route({
    method: "post",
    path: "/api/v1/auth/set-up",
    access: "public",
    summary: "Makes the first owner and workspace, with the one-time link that the first start prints.",
    body: z.strictObject({
      token: Token,
      email: Email,
      password: Password,
      name: Name.optional(),
      workspace_name: Name.optional(),
    }),
    answer: SessionAnswer,
    problems: ["invalid_link"],
    async handle(call) {
      const { token, workspace_name = "My workspace", ...owner } = call.body;
      const founding = { ...owner, workspace_name, time_zone: startZone(call.env.TIME_ZONE) };
      return openSession(call, await setUp(call.db, token, founding, call.now));
    },
  }),
  route({
    method: "post",
    path: "/api/v1/auth/sign-in",
    access: "public",
    summary: "Signs in with an e-mail address and a password.",
    body: z.strictObject({ email: z.string().max(320), password: z.string().max(1000) }),
    answer: SessionAnswer,
    problems: ["invalid_credentials", "too_many_attempts"],
    async handle(call) {
      const attempt = { ...call.body, address: call.request.headers.get("cf-connecting-ip") };
      return openSession(call, await signIn(call.db, call.env.LIMITER, attempt));
    },
  }),
  route({
    method: "post",
    path: "/api/v1/auth/sign-in-link",
    access: "public",
    summary: "Signs in with a one-time link.",
    body: z.strictObject({ token: Token }),
    answer: SessionAnswer,
    problems: ["invalid_link"],
    handle: async (call) => openSession(call, await signInByLink(call.db, call.body.token, call.now)),
  }),
  route({
    method: "post",
    path: "/api/v1/auth/join",
    access: "public",
    summary: "Takes an invitation: makes the account and signs in.",
    body: z.strictObject({ token: Token, name: Name, password: Password }),
    answer: SessionAnswer,
    problems: ["invalid_link", "email_taken"],
    handle: async (call) => openSession(call, await join(call.db, call.body, call.now)),
  }),
  route({
    method: "post",
    path: "/api/v1/auth/sign-out",
    access: "public",
    summary: "Ends the session. Answers the same without one.",
    async handle({ db, env, request }) {
      const token = sessionToken(request);
      if (token !== null) await endSession(db, token);
      return new Response(null, { status: 204, headers: { "set-cookie": noSessionCookie(env, request) } });
    },
  }),
];
