/** Every route of the public API. */
import type { Route } from "../route.ts";
import { publicActivationRoutes } from "./activations.ts";
import { publicExportRoutes } from "./exports.ts";
import { publicListRoutes } from "./lists.ts";
import { publicMemberRoutes } from "./segment-members.ts";
import { publicSegmentRoutes } from "./segments.ts";

export const publicRoutes: readonly Route[] = [
  ...publicSegmentRoutes,
  ...publicMemberRoutes,
  ...publicExportRoutes,
  ...publicActivationRoutes,
  ...publicListRoutes,
];
