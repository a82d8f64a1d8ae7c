import * as z from "zod";
import { SCOPES } from "../../control/auth/scopes.ts";
import type { ApiKey } from "../../control/repositories/api-keys.ts";
import { rfc3339 } from "../time.ts";
import { Time } from "./common.ts";

const Calls = z.number().int().min(1).max(10_000_000);

/** Calls an hour of each kind; open sockets at a time. */
export const KeyLimits = z.strictObject({
  standard: Calls.optional(),
  members: Calls.optional(),
  activations: Calls.optional(),
  sockets: z.number().int().min(1).max(10_000).optional(),
});

export const KeyAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    user_id: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    segment_ids: z.array(z.string()).nullable(),
    rate_limits: KeyLimits,
    created_at: Time,
    expires_at: Time.nullable(),
    /** The secret before the last roll is good until then. */
    former_until: Time.nullable(),
    last_used_at: Time.nullable(),
  })
  .meta({ id: "Key" });

export const NewKeyAnswer = KeyAnswer.extend({
  key: z.string().meta({ description: "The key itself: ck_live_… It is shown here once and is not kept." }),
}).meta({ id: "NewKey" });

export function keyAnswer(key: ApiKey, lastUsed: number | null): z.input<typeof KeyAnswer> {
  const { id, name, user_id, segment_ids, rate_limits } = key;
  return {
    ...{ id, name, user_id, rate_limits: { ...rate_limits } },
    scopes: [...key.scopes],
    segment_ids: segment_ids && [...segment_ids],
    created_at: rfc3339(key.created_at),
    expires_at: rfc3339(key.expires_at),
    former_until: rfc3339(key.former_until),
    last_used_at: rfc3339(lastUsed),
  };
}
