/** Each route and the least role that may call it: a changed right has to be changed here, too. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROLES } from "../control/auth/roles.ts";
import type { Scope } from "../control/auth/scopes.ts";
import { appRoutes } from "./app/index.ts";
import { openApiDocument } from "./openapi.ts";
import { publicRoutes } from "./public/index.ts";
import type { Access } from "./route.ts";
import { START_MS, startProgram, type TestProgram } from "./testing/program.ts";

const RIGHTS: Readonly<Record<Access, readonly string[]>> = {
  public: [
    "get /healthz",
    "get /api/v1/auth/state",
    "post /api/v1/auth/set-up",
    "post /api/v1/auth/sign-in",
    "post /api/v1/auth/sign-in-link",
    "post /api/v1/auth/join",
    "post /api/v1/auth/sign-out",
  ],
  viewer: [
    "get /api/v1/me",
    "get /api/v1/workspace",
    "get /api/v1/members",
    "get /api/v1/keys",
    "post /api/v1/keys",
    "patch /api/v1/keys/{key_id}",
    "post /api/v1/keys/{key_id}/roll",
    "delete /api/v1/keys/{key_id}",
    "get /api/v1/datasets",
    "get /api/v1/datasets/{dataset_id}",
    "get /api/v1/datasets/{dataset_id}/imports",
    "get /api/v1/datasets/{dataset_id}/records",
    "get /api/v1/datasets/{dataset_id}/records/{key}",
    "get /api/v1/datasets/{dataset_id}/values",
    "get /api/v1/imports/{import_id}",
    "get /api/v1/imports/{import_id}/rejects",
    "get /api/v1/segments",
    "post /api/v1/segments/preview",
    "get /api/v1/segments/{segment_id}",
    "get /api/v1/segments/{segment_id}/explain",
    "get /api/v1/segments/{segment_id}/explain/{key}",
    "get /api/v1/segments/{segment_id}/members",
    "get /api/v1/segments/{segment_id}/activity",
    "get /api/v1/segments/{segment_id}/versions",
    "get /api/v1/lists",
    "get /api/v1/lists/{list_id}",
    "get /api/v1/lists/{list_id}/items",
    "get /api/v1/query-language",
    "post /api/v1/query-language/check",
    "post /api/v1/segments/{segment_id}/verify",
    "get /api/v1/events",
    "get /api/v1/destinations",
    "get /api/v1/destinations/{destination_id}",
    "get /api/v1/destinations/{destination_id}/audiences",
    "get /api/v1/destinations/{destination_id}/audience",
    "get /api/v1/syncs",
    "get /api/v1/syncs/{sync_id}",
    "get /api/v1/syncs/{sync_id}/runs",
    "get /api/v1/syncs/{sync_id}/runs/{run_id}/results",
  ],
  analyst: [
    "post /api/v1/uploads",
    "get /api/v1/uploads/{upload_id}",
    "put /api/v1/uploads/{upload_id}/parts/{part}",
    "post /api/v1/uploads/{upload_id}/complete",
    "get /api/v1/uploads/{upload_id}/inspection",
    "post /api/v1/datasets",
    "patch /api/v1/datasets/{dataset_id}",
    "delete /api/v1/datasets/{dataset_id}",
    "delete /api/v1/datasets/{dataset_id}/relations/{name}",
    "post /api/v1/datasets/{dataset_id}/imports",
    "post /api/v1/imports/{import_id}/cancel",
    "post /api/v1/datasets/{dataset_id}/records",
    "patch /api/v1/datasets/{dataset_id}/records/{key}",
    "delete /api/v1/datasets/{dataset_id}/records/{key}",
    "post /api/v1/lists",
    "patch /api/v1/lists/{list_id}",
    "delete /api/v1/lists/{list_id}",
    "post /api/v1/segments",
    "patch /api/v1/segments/{segment_id}",
    "delete /api/v1/segments/{segment_id}",
    "post /api/v1/segments/{segment_id}/cancel",
    "post /api/v1/segments/{segment_id}/versions/{version}/restore",
  ],
  admin: [
    "patch /api/v1/workspace",
    "patch /api/v1/members/{user_id}",
    "delete /api/v1/members/{user_id}",
    "get /api/v1/invites",
    "post /api/v1/invites",
    "delete /api/v1/invites/{invite_id}",
    "post /api/v1/destinations",
    "patch /api/v1/destinations/{destination_id}",
    "delete /api/v1/destinations/{destination_id}",
    "put /api/v1/destinations/{destination_id}/faults",
    "post /api/v1/syncs",
    "delete /api/v1/syncs/{sync_id}",
    "post /api/v1/syncs/{sync_id}/pause",
    "post /api/v1/syncs/{sync_id}/resume",
  ],
  key: [],
  owner: [],
  installation_owner: ["post /api/v1/workspaces"],
};

/** What a key may call: a changed scope has to be changed here, too. */
const SCOPED: Readonly<Record<Scope, readonly string[]>> = {
  "segments:read": [
    "get /api/v1/public/segments",
    "get /api/v1/public/segments/{segment_id}",
    "get /api/v1/public/segments/{segment_id}/count",
    "get /api/v1/public/lists",
    "get /api/v1/public/lists/{list_id}",
  ],
  "segments:members:read": [
    "get /api/v1/public/segments/{segment_id}/members",
    "post /api/v1/public/segments/{segment_id}/export",
    "get /api/v1/public/exports/{export_id}",
    "get /api/v1/public/lists/{list_id}/items",
  ],
  "segments:write": ["post /api/v1/public/segments", "patch /api/v1/public/segments/{segment_id}"],
  "segments:delete": ["delete /api/v1/public/segments/{segment_id}"],
  "activations:read": [
    "get /api/v1/public/segments/{segment_id}/activations",
    "get /api/v1/destinations",
    "get /api/v1/destinations/{destination_id}",
    "get /api/v1/syncs",
    "get /api/v1/syncs/{sync_id}",
    "get /api/v1/syncs/{sync_id}/runs",
    "get /api/v1/syncs/{sync_id}/runs/{run_id}/results",
  ],
  "datasets:read": [
    "get /api/v1/datasets",
    "get /api/v1/datasets/{dataset_id}",
    "get /api/v1/datasets/{dataset_id}/imports",
    "get /api/v1/datasets/{dataset_id}/records",
    "get /api/v1/datasets/{dataset_id}/records/{key}",
    "get /api/v1/datasets/{dataset_id}/values",
    "get /api/v1/imports/{import_id}",
    "get /api/v1/imports/{import_id}/rejects",
    "post /api/v1/segments/preview",
  ],
  "datasets:write": [
    "post /api/v1/uploads",
    "get /api/v1/uploads/{upload_id}",
    "put /api/v1/uploads/{upload_id}/parts/{part}",
    "post /api/v1/uploads/{upload_id}/complete",
    "get /api/v1/uploads/{upload_id}/inspection",
    "post /api/v1/datasets",
    "patch /api/v1/datasets/{dataset_id}",
    "post /api/v1/datasets/{dataset_id}/imports",
    "post /api/v1/imports/{import_id}/cancel",
    "post /api/v1/datasets/{dataset_id}/records",
    "patch /api/v1/datasets/{dataset_id}/records/{key}",
    "delete /api/v1/datasets/{dataset_id}/records/{key}",
  ],
};

const nameOf = (route: { method: string; path: string }) => `${route.method} ${route.path}`;
const closed = appRoutes.filter((route) => route.access !== "public");
const addressOf = (path: string) => path.replaceAll(/\{\w+\}/g, "x");

let program: TestProgram;
beforeAll(async () => {
  program = await startProgram();
}, START_MS);
afterAll(() => program.close());

test.each(Object.entries(RIGHTS))("A21 the routes of %s are those agreed on", (access, expected) => {
  const declared = appRoutes.filter((route) => route.access === access).map(nameOf);
  expect(declared.sort()).toEqual([...expected].sort());
});

test.each(Object.entries(SCOPED))("K5 the routes of the scope %s are those agreed on", (scope, expected) => {
  const declared = [...publicRoutes, ...appRoutes].filter((route) => route.scope === scope).map(nameOf);
  expect(declared.sort()).toEqual([...expected].sort());
});

test("K5 no call of the public API goes without a scope, but for those of signed addresses", () => {
  for (const route of publicRoutes.filter(({ path }) => !path.endsWith("/download")))
    expect([nameOf(route), route.access, route.scope !== undefined]).toEqual([nameOf(route), "key", true]);
});

test("A21 without a session every route but the public ones answers 401", async () => {
  const nobody = program.browser();
  for (const route of closed) {
    const answer = await nobody.send(route.method.toUpperCase(), addressOf(route.path));
    expect([nameOf(route), answer.status, answer.body.code]).toEqual([nameOf(route), 401, "not_signed_in"]);
  }
});

test.each(ROLES)("A20 A22 who is %s is let through or told the role that is needed", async (role) => {
  const member = await program.member(role);
  for (const route of closed.filter(({ path }) => !path.endsWith("/events"))) {
    const answer = await member.send(route.method.toUpperCase(), addressOf(route.path));
    const allowed =
      ROLES.some((own) => own === route.access) && ROLES.indexOf(role) >= ROLES.indexOf(route.access as typeof role);
    const mayFoundWorkspaces = role === "owner" && route.access === "installation_owner";
    if (allowed || mayFoundWorkspaces) expect([nameOf(route), answer.body.code]).not.toContain("forbidden");
    else
      expect([nameOf(route), answer.status, answer.body]).toMatchObject([
        nameOf(route),
        403,
        { code: "forbidden", needed_role: route.access },
      ]);
  }
});

test("A40 unknown ids answer 404 on every route that takes one, in a problem that does not repeat them", async () => {
  for (const route of closed.filter(({ path, body }) => path.includes("{") && !body)) {
    const query = route.path.endsWith("/audience") ? "?segment_id=x" : route.path.endsWith("/values") ? "?field=x" : "";
    const path = route.path.replaceAll(/\{\w+\}/g, "unknown-id");
    const answer = await program.owner.send(route.method.toUpperCase(), path.replace(/parts\/.*/, "parts/1") + query);
    expect([nameOf(route), answer.status, answer.body.code]).toEqual([
      nameOf(route),
      404,
      expect.stringMatching(/_not_found$/),
    ]);
    expect(JSON.stringify(answer.body)).not.toContain("unknown-id");
  }
});

test("P11 the OpenAPI document has every route, its role, its parameters and its answer", () => {
  const { paths } = openApiDocument(appRoutes) as { paths: Record<string, Record<string, Operation>> };
  interface Operation {
    description: string;
    parameters?: { name: string; in: string }[];
    requestBody?: unknown;
    responses: Record<string, { content?: unknown }>;
  }
  for (const route of appRoutes) {
    const operation = paths[route.path]?.[route.method] ?? expect.fail(nameOf(route));
    const role = route.access === "public" ? "everybody" : route.access.replaceAll("_", " ");
    expect(operation.description).toContain(role);
    const inPath = (operation.parameters ?? [])
      .filter((parameter) => parameter.in === "path")
      .map(({ name }) => `{${name}}`);
    expect(inPath).toEqual(route.path.match(/\{\w+\}/g) ?? []);
    expect(operation.requestBody !== undefined).toBe(route.body !== undefined || route.raw_body !== undefined);
    expect(operation.responses.default).toBeDefined();
  }
});
