import { itemsPage, listAnswer, listsPage, needList } from "../data/lists.ts";
import { route } from "../route.ts";
import { listOf, PageQuery } from "../shapes/common.ts";
import { ListAnswer, ListItem } from "../shapes/list.ts";

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
      return listsPage(env, db, principal.workspace.id, query, principal.key);
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
      return itemsPage(env, await needList(db, principal.workspace.id, params.list_id, principal.key), query);
    },
  }),
];
