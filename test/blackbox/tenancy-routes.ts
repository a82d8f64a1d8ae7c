/** What the tenancy walk needs to know: what a workspace holds, and how each route of the document is filled. */
import { createSandbox, createSync } from "./audiences.ts";
import type { Client, SendOptions } from "./client.ts";
import { eventually } from "./eventually.ts";
import { createKey, KeyClient } from "./keys.ts";
import { createDataset, createSegment, importFile, upsert } from "./nouns.ts";
import type { Data } from "./wire.ts";
import { unique } from "./workspace.ts";

export interface Route {
  method: string;
  /** `/api/v1/datasets/{id}` */
  path: string;
}

/** One of everything, and the strings that must never be seen by others. */
export interface Holdings {
  dataset: string;
  rows: Data[];
  import: string;
  upload: string;
  segment: string;
  destination: string;
  sync: string;
  run: string;
  user: string;
  invite: string;
  key: string;
  export: string;
  list: string;
  /** The key's text, with all scopes. */
  key_text: string;
  secrets: string[];
}

export const publicRoutes = new Set([
  "GET /healthz",
  "GET /api/v1/openapi.json",
  "GET /api/v1/auth/state",
  "POST /api/v1/auth/set-up",
  "POST /api/v1/auth/sign-in",
  "POST /api/v1/auth/sign-in-link",
  "POST /api/v1/auth/sign-out",
  "POST /api/v1/auth/join",
  "GET /api/v1/public/exports/{export_id}/download",
]);

export async function openRoutes(client: Client): Promise<Route[]> {
  const { paths } = await client.get<{ paths: Record<string, Record<string, unknown>> }>("/api/v1/openapi.json");
  const methods = new Set(["get", "put", "post", "patch", "delete"]);
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((method) => methods.has(method))
      .map((method) => ({ method: method.toUpperCase(), path })),
  );
}

export async function makeHoldings(client: Client): Promise<Holdings> {
  const marker = unique("secret");
  const { id: dataset, name } = await createDataset(client, { name: unique(marker), key: "id" });
  const { id: imported } = await importFile(client, dataset, `id,email,${marker}\nk1,k1@${marker}.example,x\n`);
  await upsert(client, dataset, [{ id: "k2", email: `k2@${marker}.example`, [marker]: "x" }]);
  const rows = ["k1", "k2"].map((id) => ({ id, email: `${id}@${marker}.example`, [marker]: "x" }));
  const { id: upload } = await client.post<{ id: string }>("/api/v1/uploads", { file_name: `${marker}.csv` });
  const segment = await createSegment(
    client,
    dataset,
    { combinator: "and", rules: [] },
    {
      ...{ name: unique(marker), api_exposed: true },
    },
  );
  const { id: destination } = await createSandbox(client);
  const { id: sync } = await createSync(client, segment.id, destination);
  const run = await firstRun(client, sync);
  const { user } = await client.get<{ user: { id: string; email: string } }>("/api/v1/me");
  const invite = await client.post<{ id: string; email: string }>("/api/v1/invites", {
    email: `${unique("i")}@${marker}.example`,
    role: "viewer",
  });
  const key = await createKey(client, { name: unique(marker) });
  const partner = new KeyClient(client.url, key.key);
  const exported = await partner.post<{ id: string }>(`/api/v1/public/segments/${segment.id}/export`);
  const list = await client.post<{ id: string }>("/api/v1/lists", {
    ...{ name: unique(marker), items: [{ key: marker, fields: {} }], api_exposed: true },
  });
  const secrets = [marker, name, user.email, user.id];
  return {
    dataset,
    rows,
    import: imported,
    upload,
    segment: segment.id,
    destination,
    sync,
    run,
    user: user.id,
    invite: invite.id,
    key: key.id,
    key_text: key.key,
    export: exported.id,
    list: list.id,
    secrets,
  };
}

async function firstRun(client: Client, sync: string): Promise<string> {
  return eventually("the first run", async () => {
    const { data } = await client.get<{ data: { id: string; status: string }[] }>(`/api/v1/syncs/${sync}/runs`);
    return data.find(({ status }) => status !== "running")?.id;
  });
}

/** The id that stands for `{…}` after this part of the path. */
const parameters: Readonly<Record<string, (holdings: Holdings) => string>> = {
  datasets: (all) => all.dataset,
  records: () => "k1",
  relations: () => "customer",
  imports: (all) => all.import,
  uploads: (all) => all.upload,
  parts: () => "1",
  segments: (all) => all.segment,
  explain: () => "k1",
  versions: () => "1",
  destinations: (all) => all.destination,
  syncs: (all) => all.sync,
  runs: (all) => all.run,
  members: (all) => all.user,
  invites: (all) => all.invite,
  keys: (all) => all.key,
  exports: (all) => all.export,
  lists: (all) => all.list,
};

type Body = (holdings: Holdings) => SendOptions;
const json = (body: unknown): SendOptions => ({ json: body });
const everyone = { combinator: "and", rules: [] };

/** A body that the route would accept from the one who holds these. Routes without a body are not listed. */
const bodies: Readonly<Record<string, Body>> = {
  "PATCH /workspace": () => json({ name: "Renamed" }),
  "POST /workspaces": () =>
    json({ name: "Another", owner_email: `${unique("w")}@example.com`, owner_password: unique("pass word") }),
  "POST /invites": () => json({ email: `${unique("i")}@example.com`, role: "viewer" }),
  "PATCH /members/{}": () => json({ role: "admin" }),
  "POST /keys": () => json({ name: unique("k"), scopes: ["segments:read"] }),
  "PATCH /keys/{}": () => json({ name: unique("k") }),
  "POST /keys/{}/roll": () => json({ overlap_s: 3600 }),
  "POST /public/segments": (all) => json({ dataset_id: all.dataset, name: unique("s"), query: everyone }),
  "POST /public/segments/{}/export": () => json({ format: "json" }),
  "PATCH /public/segments/{}": () => json({ description: "stolen" }),
  "POST /lists": (all) => json({ name: unique("l"), segment_id: all.segment }),
  "PATCH /lists/{}": () => json({ name: unique("l") }),
  "POST /uploads": () => json({ file_name: "x.csv" }),
  "PUT /uploads/{}/parts/{}": () => ({ body: "id\nstolen\n", headers: { "content-type": "application/octet-stream" } }),
  "POST /uploads/{}/complete": () => ({}),
  "POST /datasets": () => json({ name: unique("d") }),
  "PATCH /datasets/{}": () => json({ name: unique("d") }),
  "POST /datasets/{}/imports": () => ({ body: "id\nstolen\n", headers: { "content-type": "text/csv" } }),
  "POST /datasets/{}/records": () => json([{ id: "stolen" }]),
  "PATCH /datasets/{}/records/{}": () => json({ data: { email: "stolen@example.com" } }),
  "POST /imports/{}/cancel": () => ({}),
  "POST /segments": (all) => json({ dataset_id: all.dataset, name: unique("s"), query: everyone }),
  "PATCH /segments/{}": () => json({ description: "stolen" }),
  "POST /segments/preview": (all) => json({ dataset_id: all.dataset, query: everyone, sample: 10 }),
  "POST /query-language/check": (all) => json({ dataset_id: all.dataset, formula: "1 > 0" }),
  "POST /segments/{}/verify": () => ({}),
  "POST /segments/{}/cancel": () => ({}),
  "POST /segments/{}/versions/{}/restore": () => ({}),
  "POST /destinations": () => json({ type: "sandbox", name: unique("s") }),
  "PATCH /destinations/{}": () => json({ name: unique("s") }),
  "PUT /destinations/{}/faults": () => json({ kind: "none" }),
  "POST /syncs": (all) =>
    json({ segment_id: all.segment, destination_id: all.destination, mapping: { email: "email" } }),
  "POST /syncs/{}/pause": () => ({}),
  "POST /syncs/{}/resume": () => ({}),
};

/** Bodies that name ids of the holder's. */
const bodiesWithIds = new Set([
  "POST /segments",
  "POST /public/segments",
  "POST /lists",
  "POST /segments/preview",
  "POST /query-language/check",
  "POST /syncs",
]);
/** Parameters in the query string without which a route answers 422 before it looks anything up. */
const queries: Readonly<Record<string, (holdings: Holdings) => SendOptions["query"]>> = {
  "GET /datasets/{}/values": () => ({ field: "email" }),
  "GET /query-language": (all) => ({ dataset_id: all.dataset }),
  "GET /destinations/{}/audience": (all) => ({ segment_id: all.segment }),
};

/** The address and body of a route for one who holds these; throws when this file does not know how. */
export function fill(route: Route, holdings: Holdings): { path: string; options: SendOptions; takesIds: boolean } {
  const parts = route.path.split("/");
  const path = parts
    .map((part, at) => (/^[{:]/.test(part) ? parameter(route, parts[at - 1] ?? "", holdings) : part))
    .join("/");
  const form = `${route.method} ${route.path.replace(/^\/api\/v1/, "").replace(/\{[^}]*\}/g, "{}")}`;
  const body = bodies[form];
  if (!body && !["GET", "DELETE"].includes(route.method) && !publicRoutes.has(`${route.method} ${route.path}`)) {
    throw new Error(`The tenancy walk does not know a body for ${form}: add it to tenancy-routes.ts.`);
  }
  const query = queries[form]?.(holdings);
  return {
    path,
    options: { ...body?.(holdings), ...(query ? { query } : {}) },
    takesIds: path !== route.path || bodiesWithIds.has(form),
  };
}

function parameter(route: Route, noun: string, holdings: Holdings): string {
  const value = parameters[noun]?.(holdings);
  if (value === undefined)
    throw new Error(
      `The tenancy walk cannot fill the id after "${noun}" in ${route.path}: add it to tenancy-routes.ts.`,
    );
  return value;
}
