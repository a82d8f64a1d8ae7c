/** Every route of the page's API, in the order in which they are tried: fixed addresses before those with ids. */
import type { Route } from "../route.ts";
import { authRoutes } from "./auth.ts";
import { datasetRoutes } from "./datasets.ts";
import { destinationRoutes } from "./destinations.ts";
import { eventRoutes } from "./events.ts";
import { healthRoutes } from "./health.ts";
import { importRoutes } from "./imports.ts";
import { inviteRoutes } from "./invites.ts";
import { keyRoutes } from "./keys.ts";
import { listRoutes } from "./lists.ts";
import { meRoutes } from "./me.ts";
import { memberRoutes } from "./members.ts";
import { previewRoutes } from "./previews.ts";
import { queryLanguageRoutes } from "./query-language.ts";
import { recordRoutes } from "./records.ts";
import { segmentExplainRoutes } from "./segment-explain.ts";
import { segmentMemberRoutes } from "./segment-members.ts";
import { segmentVersionRoutes } from "./segment-versions.ts";
import { segmentRoutes } from "./segments.ts";
import { syncRoutes } from "./syncs.ts";
import { uploadRoutes } from "./uploads.ts";
import { valueRoutes } from "./values.ts";
import { workspaceRoutes } from "./workspaces.ts";

export const appRoutes: readonly Route[] = [
  ...healthRoutes,
  ...authRoutes,
  ...meRoutes,
  ...workspaceRoutes,
  ...memberRoutes,
  ...inviteRoutes,
  ...keyRoutes,
  ...uploadRoutes,
  ...datasetRoutes,
  ...importRoutes,
  ...recordRoutes,
  ...valueRoutes,
  ...queryLanguageRoutes,
  ...previewRoutes,
  ...segmentRoutes,
  ...segmentExplainRoutes,
  ...segmentMemberRoutes,
  ...segmentVersionRoutes,
  ...listRoutes,
  ...destinationRoutes,
  ...syncRoutes,
  ...eventRoutes,
];
