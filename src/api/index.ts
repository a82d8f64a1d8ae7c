/** The program over HTTP. */
import { newId } from "../platform/ids.ts";
import { appRoutes } from "./app/index.ts";
import type { Env, RequestContext } from "./env.ts";
import { type Bindings, mount, unexpected } from "./mount.ts";
import { openApiDocument } from "./openapi.ts";
import { route } from "./route.ts";
import { withCommonHeaders } from "./security.ts";

export { type Env, now, type RequestContext } from "./env.ts";

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
      document ??= openApiDocument(appRoutes);
      return Response.json(document);
    },
  });
  const app = mount([documentRoute, ...appRoutes]);
  return {
    async fetch(request, env, context) {
      const request_id = newId("req");
      const answer = await answerTo(app, request, { env, context, request_id });
      return withCommonHeaders(answer, request_id);
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
