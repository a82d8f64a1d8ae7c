import * as z from "zod";
import type { Destination } from "../../control/repositories/destinations.ts";
import { SANDBOX_FAULTS } from "../../deliver/interface.ts";
import { rfc3339 } from "../time.ts";
import { Time } from "./common.ts";

export const DestinationType = z.enum(["sandbox"]);

export const DestinationAnswer = z
  .object({
    id: z.string(),
    type: DestinationType,
    name: z.string(),
    status: z.enum(["connected"]),
    created_at: Time,
  })
  .meta({ id: "Destination" });

export const AudienceBrief = z.object({
  segment_id: z.string(),
  name: z.string(),
  size: z.number().int(),
  updated_at: Time,
});

export const FaultsInput = z.strictObject({
  kind: z.enum(SANDBOX_FAULTS),
  times: z.number().int().min(1).max(1_000_000).optional(),
});

export function destinationAnswer(destination: Destination): z.input<typeof DestinationAnswer> {
  const { id, name, created_at } = destination;
  const type = DestinationType.parse(destination.type);
  return { id, type, name, status: "connected", created_at: rfc3339(created_at) };
}
