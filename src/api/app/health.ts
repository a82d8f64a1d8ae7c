import { sql } from "drizzle-orm";
import * as z from "zod";
import { route } from "../route.ts";

export const healthRoutes = [
  route({
    method: "get",
    path: "/healthz",
    access: "public",
    summary: "200 when the program can answer.",
    answer: z.object({ status: z.string() }),
    async handle({ db }) {
      await db.run(sql`SELECT 1`);
      return { status: "ok" };
    },
  }),
];
