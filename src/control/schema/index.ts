/** All tables of the control plane; drizzle-kit reads them from here. */
export * from "./api-keys.ts";
export * from "./datasets.ts";
export * from "./destinations.ts";
export * from "./exports.ts";
export * from "./imports.ts";
export * from "./leftovers.ts";
export * from "./links.ts";
export * from "./members.ts";
export * from "./outbox.ts";
export * from "./relations.ts";
export * from "./repeatable-calls.ts";
export * from "./segments.ts";
export * from "./sessions.ts";
export * from "./syncs.ts";
export * from "./uploads.ts";
export * from "./users.ts";
export * from "./workspaces.ts";
