/** How the page names the states of syncs, runs and faults. */
import type { Fault, Run, SyncStatus } from "../api/activation.ts";
import type { Tone } from "../parts/Status.tsx";

const SYNC: Record<SyncStatus, readonly [string, Tone]> = {
  starting: ["Starting", "busy"],
  in_sync: ["In sync", "good"],
  syncing: ["Syncing", "busy"],
  retrying: ["Retrying", "wait"],
  paused: ["Paused", "off"],
  failed: ["Failed", "bad"],
};
const RUN: Record<Run["status"], readonly [string, Tone]> = {
  running: ["Running", "busy"],
  succeeded: ["Done", "good"],
  partly: ["Done in part", "wait"],
  failed: ["Failed", "bad"],
};

export const syncWord = (status: SyncStatus) => SYNC[status][0];
export const syncTone = (status: SyncStatus) => SYNC[status][1];
export const runWord = (status: Run["status"]) => RUN[status][0];
export const runTone = (status: Run["status"]) => RUN[status][1];

export const FAULTS: readonly { value: Fault; label: string; says: string }[] = [
  { value: "none", label: "Works", says: "Calls are answered as they should be." },
  { value: "unavailable", label: "Unavailable", says: "Calls fail as if the platform were down." },
  { value: "rate_limited", label: "Too many calls", says: "Calls are refused until a little later." },
  { value: "lost_response", label: "Lost answers", says: "Calls take effect, but their answer never arrives." },
  { value: "reject_some", label: "Rejects some", says: "Some identifiers of a call are refused." },
];
