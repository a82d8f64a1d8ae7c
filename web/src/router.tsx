/** Every view has an address, and its code is fetched when it is first opened. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { asProblem } from "./api/http.ts";
import { meQuery } from "./api/session.ts";
import { client } from "./client.ts";
import { Missing, Root, ViewFailed, ViewLoading } from "./shell/Root.tsx";
import { Shell } from "./shell/Shell.tsx";

const root = createRootRoute({ component: Root, notFoundComponent: Missing });

/** A search parameter that is text, or absent. */
const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { token?: string; next?: string } => ({
    token: text(search.token),
    next: text(search.next),
  }),
  component: lazyRouteComponent(() => import("./auth/SignIn.tsx"), "SignIn"),
});

const setUp = createRoute({
  getParentRoute: () => root,
  path: "/set-up",
  validateSearch: (search: Record<string, unknown>): { token?: string } => ({ token: text(search.token) }),
  component: lazyRouteComponent(() => import("./auth/SetUp.tsx"), "SetUp"),
});

const join = createRoute({
  getParentRoute: () => root,
  path: "/join",
  validateSearch: (search: Record<string, unknown>): { token?: string } => ({ token: text(search.token) }),
  component: lazyRouteComponent(() => import("./auth/Join.tsx"), "Join"),
});

/** Everything that needs somebody signed in. */
const app = createRoute({
  getParentRoute: () => root,
  id: "app",
  component: Shell,
  beforeLoad: async ({ location }) => {
    try {
      await client.ensureQueryData(meQuery);
    } catch (error) {
      if (asProblem(error).status !== 401) throw error;
      const next = location.href === "/" ? undefined : location.href;
      throw redirect({ to: "/sign-in", search: { next } });
    }
  },
});

const home = createRoute({
  getParentRoute: () => app,
  path: "/",
  component: lazyRouteComponent(() => import("./home/Home.tsx"), "Home"),
});

const files = createRoute({
  getParentRoute: () => app,
  path: "/files",
  component: lazyRouteComponent(() => import("./files/Files.tsx"), "Files"),
});

const newFile = createRoute({
  getParentRoute: () => app,
  path: "/files/new",
  validateSearch: (search: Record<string, unknown>): { upload?: string; dataset?: string } => ({
    upload: text(search.upload),
    dataset: text(search.dataset),
  }),
  component: lazyRouteComponent(() => import("./files/NewFile.tsx"), "NewFile"),
});

const file = createRoute({
  getParentRoute: () => app,
  path: "/files/$id",
  validateSearch: (search: Record<string, unknown>): { record?: string; import?: string } => ({
    record: text(search.record),
    import: text(search.import),
  }),
  component: lazyRouteComponent(() => import("./files/File.tsx"), "FileView"),
});

const segments = createRoute({
  getParentRoute: () => app,
  path: "/segments",
  validateSearch: (search: Record<string, unknown>): { q?: string; sort?: string; tag?: string; dataset?: string } => ({
    q: text(search.q),
    sort: text(search.sort),
    tag: text(search.tag),
    dataset: text(search.dataset),
  }),
  component: lazyRouteComponent(() => import("./segments/Segments.tsx"), "Segments"),
});

const newSegment = createRoute({
  getParentRoute: () => app,
  path: "/segments/new",
  validateSearch: (search: Record<string, unknown>): { dataset?: string } => ({ dataset: text(search.dataset) }),
  component: lazyRouteComponent(() => import("./builder/NewSegment.tsx"), "NewSegment"),
});

const segment = createRoute({
  getParentRoute: () => app,
  path: "/segments/$id",
  validateSearch: (search: Record<string, unknown>): { record?: string; view?: "explain" | "versions" } => ({
    record: text(search.record),
    view: search.view === "explain" || search.view === "versions" ? search.view : undefined,
  }),
  component: lazyRouteComponent(() => import("./segments/Segment.tsx"), "SegmentView"),
});

const editSegment = createRoute({
  getParentRoute: () => app,
  path: "/segments/$id/edit",
  component: lazyRouteComponent(() => import("./builder/EditSegment.tsx"), "EditSegment"),
});

const activation = createRoute({
  getParentRoute: () => app,
  path: "/activation",
  component: lazyRouteComponent(() => import("./activation/Activation.tsx"), "Activation"),
});

const destination = createRoute({
  getParentRoute: () => app,
  path: "/activation/$id",
  validateSearch: (search: Record<string, unknown>): { segment?: string } => ({ segment: text(search.segment) }),
  component: lazyRouteComponent(() => import("./activation/Destination.tsx"), "DestinationView"),
});

const sync = createRoute({
  getParentRoute: () => app,
  path: "/activation/syncs/$id",
  validateSearch: (search: Record<string, unknown>): { run?: string } => ({ run: text(search.run) }),
  component: lazyRouteComponent(() => import("./activation/Sync.tsx"), "SyncView"),
});

const developers = createRoute({
  getParentRoute: () => app,
  path: "/keys",
  component: lazyRouteComponent(() => import("./developers/Developers.tsx"), "Developers"),
});

const settings = createRoute({
  getParentRoute: () => app,
  path: "/settings",
  component: lazyRouteComponent(() => import("./settings/Settings.tsx"), "Settings"),
});

const inside = [
  home,
  files,
  newFile,
  file,
  segments,
  newSegment,
  segment,
  editSegment,
  activation,
  destination,
  sync,
  developers,
  settings,
];

export const router = createRouter({
  routeTree: root.addChildren([signIn, setUp, join, app.addChildren(inside)]),
  defaultPreload: "intent",
  defaultPendingComponent: ViewLoading,
  defaultPendingMs: 150,
  defaultErrorComponent: ViewFailed,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
