/** The program over HTTP. */
import { newId } from "../platform/ids.ts";
import { appRoutes } from "./app/index.ts";
import { isPublicCall, openToAll, preflight } from "./cors.ts";
import type { Env, RequestContext } from "./env.ts";
import { type Bindings, mount, unexpected } from "./mount.ts";
import { openApiDocument } from "./openapi.ts";
import { publicRoutes } from "./public/index.ts";
import { route } from "./route.ts";
import { withCommonHeaders } from "./security.ts";

export { type Env, now, type RequestContext } from "./env.ts";

const routes = [...publicRoutes, ...appRoutes];

export interface Api {
  fetch(request: Request, env: Env, context: RequestContext): Promise<Response>;
}

/** Builds the router once. Answers every request; it never throws. */
export function createApi(): Api {
  let document: unknown;
  const documentRoute = route({
    method: "get",
    path: "/api/v1/openapi.json",
    access: "public",
    summary: "This document.",
    async handle() {
      document ??= openApiDocument(routes);
      return Response.json(document);
    },
  });
  const app = mount([documentRoute, ...routes]);
  return {
    async fetch(request, env, context) {
      const request_id = newId("req");
      const isOpen = isPublicCall(request);
      const asks = isOpen && request.method === "OPTIONS";
      const answer = asks ? preflight() : await answerTo(app, request, { env, context, request_id });
      const complete = withCommonHeaders(answer, request_id);
      if (isOpen) openToAll(complete.headers);
      return complete;
    },
  };
}

/** Libraries may throw what is no Error, which the router passes on. */
async function answerTo(app: ReturnType<typeof mount>, request: Request, bindings: Bindings): Promise<Response> {
  try {
    return await app.fetch(request, bindings);
  } catch (error) {
    return unexpected(error, bindings.request_id);
  }
}
