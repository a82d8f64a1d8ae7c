/** The OpenAPI document, made from the table of routes. */
import { createRoute, OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import * as z from "zod";
import type { Route } from "./route.ts";

const Problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string(),
    request_id: z.string(),
    path: z.string().optional(),
  })
  .meta({ id: "Problem", description: "RFC 9457. `code` is stable; `detail` says what to do." });

/** Every route, its schemas and the role it needs. */
export function openApiDocument(routes: readonly Route[]): unknown {
  const app = new OpenAPIHono();
  for (const route of routes) app.openAPIRegistry.registerPath(createRoute(describe(route)));
  const document = app.getOpenAPI31Document({ openapi: "3.1.0", info: { title: "Cutty", version: "1" } });
  const securitySchemes = {
    session: { type: "apiKey", in: "cookie", name: "cutty_session" },
    key: { type: "apiKey", in: "header", name: "X-API-Key" },
  };
  return { ...document, components: { ...document.components, securitySchemes } };
}

function describe(route: Route): RouteConfig {
  const { method, path, summary } = route;
  const open = route.access === "public";
  const byKey = route.scope === undefined ? [] : [{ key: [] }];
  const needs = [
    ...(open ? ["Open to everybody."] : []),
    ...(open || route.access === "key" ? [] : [`Needs the role ${route.access.replaceAll("_", " ")}.`]),
    ...(route.scope === undefined ? [] : [`A key needs the scope \`${route.scope}\`.`]),
  ];
  return {
    ...{ method, path, summary },
    tags: [path.split("/")[3] ?? "installation"],
    description: needs.join(" "),
    security: open ? [] : route.access === "key" ? byKey : [{ session: [] }, ...byKey],
    request: { ...parameters(route), ...requestBody(route) },
    responses: responses(route),
  };
}

function parameters(route: Route) {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
  const params = names.length ? { params: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))) } : {};
  return route.query instanceof z.ZodObject ? { ...params, query: route.query } : params;
}

function requestBody(route: Route) {
  const content: Record<string, { schema: z.ZodType }> = {};
  if (route.body) content["application/json"] = { schema: route.body };
  for (const type of route.raw_body ?? []) content[type] = { schema: z.string().meta({ format: "binary" }) };
  return Object.keys(content).length ? { body: { content, required: true } } : {};
}

function responses(route: Route): RouteConfig["responses"] {
  const status = route.status ?? (route.answer || route.raw_answer ? 200 : 204);
  const content = route.answer
    ? { "application/json": { schema: route.answer } }
    : route.raw_answer
      ? { [route.raw_answer]: { schema: z.string() } }
      : undefined;
  const problems = (route.problems ?? []).map((code) => `\`${code}\``).join(", ");
  return {
    [status]: content ? { description: "Done.", content } : { description: "Done." },
    default: {
      description: problems ? `A problem, for example ${problems}.` : "A problem.",
      content: { "application/problem+json": { schema: Problem } },
    },
  };
}
