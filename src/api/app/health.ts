import { sql } from "drizzle-orm";
import { route } from "../route.ts";

/** Hosts answer it themselves, and alike, before the program is asked. */
export const healthRoutes = [
  route({
    method: "get",
    path: "/healthz",
    access: "public",
    summary: "200 when the program can answer.",
    raw_answer: "text/plain",
    async handle({ db }) {
      await db.run(sql`SELECT 1`);
      return new Response("ok\n");
    },
  }),
];
