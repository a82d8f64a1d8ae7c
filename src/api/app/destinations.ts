import * as z from "zod";
import {
  deleteDestination,
  insertDestination,
  listDestinations,
  renameDestination,
} from "../../control/repositories/destinations.ts";
import { newId } from "../../platform/ids.ts";
import { decodeCursor, encodeCursor, idPage, shownOf } from "../cursor.ts";
import { needDestination } from "../data/write-sync.ts";
import { problem } from "../problems.ts";
import { route } from "../route.ts";
import { listOf, Name, PageQuery } from "../shapes/common.ts";
import {
  AudienceBrief,
  DestinationAnswer,
  DestinationType,
  destinationAnswer,
  FaultsInput,
} from "../shapes/destination.ts";
import { rfc3339 } from "../time.ts";

const AudienceCursor = z.tuple([z.string().max(200)]);

export const destinationRoutes = [
  route({
    method: "get",
    path: "/api/v1/destinations",
    access: "viewer",
    scope: "activations:read",
    bucket: "activations",
    summary: "The workspace's connected ad accounts.",
    query: PageQuery,
    answer: listOf(DestinationAnswer),
    problems: ["invalid_cursor"],
    async handle({ db, query, principal }) {
      const rows = await listDestinations(db, principal.workspace.id, idPage(query));
      const { shown, next_cursor } = shownOf(rows, query.limit);
      return { data: shown.map(destinationAnswer), next_cursor };
    },
  }),
  route({
    method: "post",
    path: "/api/v1/destinations",
    access: "admin",
    summary: "Connects an ad account. The sandbox is one inside the program.",
    body: z.strictObject({ type: DestinationType, name: Name }),
    status: 201,
    answer: DestinationAnswer,
    async handle({ db, body, now, principal }) {
      const destination = {
        ...{ id: newId("dst"), workspace_id: principal.workspace.id, type: body.type, name: body.name },
        ...{ status: "connected", created_at: now, created_by: principal.user.id },
      };
      await insertDestination(db, destination);
      return destinationAnswer(destination);
    },
  }),
  route({
    method: "get",
    path: "/api/v1/destinations/{destination_id}",
    access: "viewer",
    scope: "activations:read",
    bucket: "activations",
    summary: "One destination.",
    answer: DestinationAnswer,
    async handle({ db, params, principal }) {
      return destinationAnswer(await needDestination(db, principal.workspace.id, params.destination_id));
    },
  }),
  route({
    method: "patch",
    path: "/api/v1/destinations/{destination_id}",
    access: "admin",
    summary: "Renames a destination.",
    body: z.strictObject({ name: Name.optional() }),
    answer: DestinationAnswer,
    async handle({ db, params, body, principal }) {
      const destination = await needDestination(db, principal.workspace.id, params.destination_id);
      if (body.name !== undefined) await renameDestination(db, principal.workspace.id, destination.id, body.name);
      return destinationAnswer({ ...destination, name: body.name ?? destination.name });
    },
  }),
  route({
    method: "delete",
    path: "/api/v1/destinations/{destination_id}",
    access: "admin",
    summary: "Disconnects a destination that no sync uses.",
    problems: ["destination_in_use"],
    async handle({ env, db, params, principal }) {
      const { id } = await needDestination(db, principal.workspace.id, params.destination_id);
      const outcome = await deleteDestination(db, principal.workspace.id, id);
      if (outcome === "in_use") throw inUse();
      await env.SANDBOX.getByName(id).destroy();
      return undefined;
    },
  }),
  route({
    method: "get",
    path: "/api/v1/destinations/{destination_id}/audiences",
    access: "viewer",
    summary: "The audiences that Sandbox Ads holds.",
    answer: z.object({ data: z.array(AudienceBrief) }),
    async handle({ env, db, params, principal }) {
      const { id } = await needDestination(db, principal.workspace.id, params.destination_id);
      const audiences = await env.SANDBOX.getByName(id).audiences();
      const brief = audiences.map(({ segment_id, name, size, updated_at }) => ({ segment_id, name, size, updated_at }));
      return { data: brief.map((audience) => ({ ...audience, updated_at: rfc3339(audience.updated_at) })) };
    },
  }),
  route({
    method: "get",
    path: "/api/v1/destinations/{destination_id}/audience",
    access: "viewer",
    summary: "Whom Sandbox Ads holds in the audience of a segment, by hashed e-mail address.",
    query: PageQuery.extend({ segment_id: z.string().max(100) }),
    answer: z.object({
      data: z.array(z.object({ email_sha256: z.string() })),
      next_cursor: z.string().nullable(),
      size: z.number().int(),
    }),
    problems: ["invalid_cursor"],
    async handle({ env, db, params, query, principal }) {
      const { id } = await needDestination(db, principal.workspace.id, params.destination_id);
      const cursor = decodeCursor(query.cursor, AudienceCursor)?.[0] ?? null;
      const { segment_id, limit } = query;
      const page = await env.SANDBOX.getByName(id).audience({ segment_id, cursor, limit });
      const { data, size, next_cursor: next } = page ?? { data: [], size: 0, next_cursor: null };
      return { data, size, next_cursor: next === null ? null : encodeCursor([next]) };
    },
  }),
  route({
    method: "put",
    path: "/api/v1/destinations/{destination_id}/faults",
    access: "admin",
    summary: "How Sandbox Ads misbehaves from now on, to see what a sync does.",
    body: FaultsInput,
    answer: FaultsInput,
    async handle({ env, db, params, body, principal }) {
      const { id } = await needDestination(db, principal.workspace.id, params.destination_id);
      await env.SANDBOX.getByName(id).setFaults(body);
      return body;
    },
  }),
];

function inUse() {
  return problem(409, "destination_in_use", "A sync sends to this destination. Delete its syncs first.");
}
