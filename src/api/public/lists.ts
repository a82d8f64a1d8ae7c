import * as z from "zod";
import { listLists } from "../../control/repositories/lists.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { listAnswer, listItems, needList } from "../data/lists.ts";
import { route } from "../route.ts";
import { listOf, PageQuery } from "../shapes/common.ts";
import { ListAnswer, ListItem } from "../shapes/list.ts";

const ListCursor = z.tuple([z.string()]);
const ItemCursor = z.tuple([z.literal("i"), z.string(), z.number().int().min(0)]);

export const publicListRoutes = [
  route({
    method: "get",
    path: "/api/v1/public/lists",
    access: "key",
    scope: "segments:read",
    summary: "The static lists that the key sees.",
    query: PageQuery,
    answer: listOf(ListAnswer),
    problems: ["invalid_cursor"],
    async handle({ env, db, query, principal }) {
      const after = decodeCursor(query.cursor, ListCursor)?.[0] ?? null;
      const rows = await listLists(db, principal.workspace.id, { after, limit: query.limit + 1 }, principal.key);
      const page = rows.slice(0, query.limit);
      const last = rows.length > page.length ? page.at(-1) : undefined;
      const data = await Promise.all(page.map((list) => listAnswer(env, list)));
      return { data, next_cursor: last ? encodeCursor([last.id]) : null };
    },
  }),
  route({
    method: "get",
    path: "/api/v1/public/lists/{list_id}",
    access: "key",
    scope: "segments:read",
    summary: "One list.",
    answer: ListAnswer,
    async handle({ env, db, params, principal }) {
      return listAnswer(env, await needList(db, principal.workspace.id, params.list_id, principal.key));
    },
  }),
  route({
    method: "get",
    path: "/api/v1/public/lists/{list_id}/items",
    access: "key",
    scope: "segments:members:read",
    bucket: "members",
    summary: "A list's items in their order.",
    query: PageQuery,
    answer: listOf(ListItem),
    problems: ["invalid_cursor", "list_writing"],
    async handle({ env, db, params, query, principal }) {
      const list = await needList(db, principal.workspace.id, params.list_id, principal.key);
      const cursor = decodeCursor(query.cursor, ItemCursor);
      const from = cursor?.[1] === list.id ? cursor[2] : 0;
      const { items, next } = await listItems(env, list, from, query.limit);
      return { data: items, next_cursor: next === null ? null : encodeCursor(["i", list.id, next]) };
    },
  }),
];
