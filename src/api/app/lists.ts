import * as z from "zod";
import { updateList } from "../../control/repositories/lists.ts";
import { createList, itemsPage, listAnswer, listsPage, needList, removeList } from "../data/lists.ts";
import { authorOf } from "../data/write-segment.ts";
import { route } from "../route.ts";
import { listOf, Name, PageQuery } from "../shapes/common.ts";
import { ListAnswer, ListInput, ListItem } from "../shapes/list.ts";

const BODY_LIMIT = 10_000_000;

export const listRoutes = [
  route({
    method: "get",
    path: "/api/v1/lists",
    access: "viewer",
    summary: "The workspace's static lists.",
    query: PageQuery,
    answer: listOf(ListAnswer),
    problems: ["invalid_cursor"],
    async handle({ env, db, query, principal }) {
      return listsPage(env, db, principal.workspace.id, query);
    },
  }),
  route({
    method: "post",
    path: "/api/v1/lists",
    access: "analyst",
    summary: "Makes a static list: of a segment's members as they are now, or of the items that are sent.",
    body: ListInput,
    body_limit: BODY_LIMIT,
    status: 201,
    answer: ListAnswer,
    problems: ["segment_not_found", "segment_computing", "unknown_field"],
    async handle(call) {
      return listAnswer(call.env, await createList(authorOf(call), call.body));
    },
  }),
  route({
    method: "get",
    path: "/api/v1/lists/{list_id}",
    access: "viewer",
    summary: "One list, and how far it is written.",
    answer: ListAnswer,
    async handle({ env, db, params, principal }) {
      return listAnswer(env, await needList(db, principal.workspace.id, params.list_id));
    },
  }),
  route({
    method: "patch",
    path: "/api/v1/lists/{list_id}",
    access: "analyst",
    summary: "Renames a list, or has the API show it or not.",
    body: z.strictObject({ name: Name.optional(), api_exposed: z.boolean().optional() }),
    answer: ListAnswer,
    async handle({ env, db, params, body, principal }) {
      const list = await needList(db, principal.workspace.id, params.list_id);
      if (Object.keys(body).length > 0) await updateList(db, principal.workspace.id, list.id, body);
      return listAnswer(env, await needList(db, principal.workspace.id, list.id));
    },
  }),
  route({
    method: "delete",
    path: "/api/v1/lists/{list_id}",
    access: "analyst",
    summary: "Deletes a list and its items.",
    async handle({ env, db, params, principal }) {
      await removeList(env, db, await needList(db, principal.workspace.id, params.list_id));
      return undefined;
    },
  }),
  route({
    method: "get",
    path: "/api/v1/lists/{list_id}/items",
    access: "viewer",
    summary: "A list's items in their order.",
    query: PageQuery,
    answer: listOf(ListItem),
    problems: ["invalid_cursor", "list_writing"],
    async handle({ env, db, params, query, principal }) {
      return itemsPage(env, await needList(db, principal.workspace.id, params.list_id), query);
    },
  }),
];
