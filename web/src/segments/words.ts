/** How the page names a segment's state. */
import type { Segment } from "../api/segments.ts";
import type { Tone } from "../parts/Status.tsx";

export function segmentWord({ status, progress }: Pick<Segment, "status" | "progress">): string {
  if (status === "live") return "Live";
  if (status === "computing") return `Computing, ${Math.floor(progress * 100)} %`;
  return status === "failed" ? "Failed" : "Cancelled";
}

const TONES = { live: "good", computing: "busy", failed: "bad", cancelled: "off" } as const;

export const segmentTone = ({ status }: Pick<Segment, "status">): Tone => TONES[status];
