import * as z from "zod";
import { route } from "../route.ts";
import { isInstallationOwner } from "../session.ts";
import { PersonAnswer, Role, WorkspaceBrief } from "../shapes/people.ts";

export const meRoutes = [
  route({
    method: "get",
    path: "/api/v1/me",
    access: "viewer",
    summary: "Who is signed in, where, and with which role.",
    answer: z.object({
      user: PersonAnswer,
      workspace: WorkspaceBrief,
      role: Role,
      installation_owner: z.boolean(),
    }),
    async handle({ db, principal }) {
      const { user, role } = principal;
      const { id, name, time_zone } = principal.workspace;
      const installation_owner = await isInstallationOwner(db, principal);
      return { user, workspace: { id, name, time_zone }, role, installation_owner };
    },
  }),
];
