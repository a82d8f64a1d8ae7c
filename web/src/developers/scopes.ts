/** What each scope allows, in words. */
import type { Scope } from "../api/keys.ts";
import type { Role } from "../api/session.ts";

interface ScopeWords {
  readonly label: string;
  readonly about: string;
  /** The least role of whoever gives it. */
  readonly role: Role;
}

export const SCOPE_WORDS: Readonly<Record<Scope, ScopeWords>> = {
  "segments:read": { label: "Read segments", about: "Definitions and counts", role: "viewer" },
  "segments:members:read": { label: "Read members", about: "Members and who came and went", role: "viewer" },
  "segments:write": { label: "Make and change segments", about: "A segment made with a key is shown", role: "analyst" },
  "segments:delete": { label: "Delete segments", about: "Those that nothing uses", role: "analyst" },
  "activations:read": { label: "Read activations", about: "Syncs, runs and destinations", role: "viewer" },
  "datasets:read": { label: "Read files", about: "Records, fields and imports", role: "viewer" },
  "datasets:write": { label: "Write files", about: "Import, change and delete records", role: "analyst" },
};

/** Calls an hour. */
export const STANDARD = { standard: 1_000, members: 100, activations: 5_000 } as const;
