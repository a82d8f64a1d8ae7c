import { route } from "../route.ts";

export const eventRoutes = [
  route({
    method: "get",
    path: "/api/v1/events",
    access: "viewer",
    summary: "The workspace's live news as server-sent events; resumes from Last-Event-ID.",
    raw_answer: "text/event-stream",
    async handle({ env, request, principal }) {
      return env.LIVE.getByName(principal.workspace.id).fetch(streamRequest(request));
    },
  }),
];

/** Just what the object needs to know: no cookie goes further than this. */
function streamRequest(request: Request): Request {
  const headers = new Headers();
  const cursor = request.headers.get("last-event-id") ?? new URL(request.url).searchParams.get("cursor");
  if (cursor) headers.set("last-event-id", cursor);
  return new Request("https://live.internal/events", { headers });
}
