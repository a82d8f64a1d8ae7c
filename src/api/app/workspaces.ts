import * as z from "zod";
import { foundWorkspace } from "../../control/auth/found.ts";
import { emailTaken } from "../../control/auth/one-time.ts";
import { PASSWORD_MAX, PASSWORD_MIN } from "../../control/auth/password.ts";
import { bumpAllCatalogues } from "../../control/catalogue.ts";
import { runBatch, violated } from "../../control/database.ts";
import { startZone } from "../../control/first-start.ts";
import { datasetsOf } from "../../control/repositories/datasets.ts";
import { findWorkspace, updateWorkspace } from "../../control/repositories/workspaces.ts";
import { isTimeZone } from "../../engine/index.ts";
import { ProblemError } from "../../platform/problem.ts";
import { refreshObjects } from "../data/refresh.ts";
import { notFound } from "../problems.ts";
import { route } from "../route.ts";
import { Email, Name } from "../shapes/common.ts";
import { WorkspaceAnswer, WorkspaceBrief, workspaceAnswer } from "../shapes/people.ts";

const TimeZone = z.string().max(100).refine(isTimeZone, {
  message: "This time zone is not known. Use a name such as Europe/Berlin or UTC.",
});

export const workspaceRoutes = [
  route({
    method: "post",
    path: "/api/v1/workspaces",
    access: "installation_owner",
    summary: "Makes another workspace and its first owner.",
    body: z.strictObject({
      name: Name,
      owner_email: Email,
      owner_password: z.string().min(PASSWORD_MIN).max(PASSWORD_MAX),
      owner_name: Name.optional(),
      time_zone: TimeZone.optional(),
    }),
    status: 201,
    answer: WorkspaceBrief.extend({ owner: z.object({ id: z.string(), email: z.string() }) }),
    problems: ["email_taken"],
    async handle({ env, db, body, now }) {
      const founding = {
        ...{ email: body.owner_email, password: body.owner_password, name: body.owner_name },
        ...{ workspace_name: body.name, time_zone: body.time_zone ?? startZone(env.TIME_ZONE) },
      };
      const { workspace, owner, statements } = await foundWorkspace(db, founding, now);
      try {
        await runBatch(db, statements);
      } catch (error) {
        if (!violated(error, "UNIQUE", "users.email")) throw error;
        throw new ProblemError({ ...emailTaken(owner.email), path: "owner_email" });
      }
      const { id, name, time_zone } = workspace;
      return { id, name, time_zone, owner: { id: owner.id, email: owner.email } };
    },
  }),
  route({
    method: "get",
    path: "/api/v1/workspace",
    access: "viewer",
    summary: "The workspace one is signed in to.",
    answer: WorkspaceAnswer,
    handle: async ({ principal }) => workspaceAnswer(principal.workspace),
  }),
  route({
    method: "patch",
    path: "/api/v1/workspace",
    access: "admin",
    summary: "Renames the workspace or moves it to another time zone; calendar conditions follow.",
    body: z.strictObject({ name: Name.optional(), time_zone: TimeZone.optional() }),
    answer: WorkspaceAnswer,
    async handle({ env, db, body, principal }) {
      const { id } = principal.workspace;
      const moves = body.time_zone !== undefined && body.time_zone !== principal.workspace.time_zone;
      const changed = body.name !== undefined || body.time_zone !== undefined;
      await runBatch(db, [
        ...(changed ? [updateWorkspace(db, id, body)] : []),
        ...(moves ? [bumpAllCatalogues(db, id)] : []),
      ]);
      if (moves) for (const dataset of await datasetsOf(db, id)) await refreshObjects(env, dataset);
      const workspace = await findWorkspace(db, id);
      if (!workspace) throw notFound("workspace");
      return workspaceAnswer(workspace);
    },
  }),
];
