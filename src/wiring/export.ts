/** What an export is given: the bucket, and the shards that it reads. */
import { type Env, now } from "../api/env.ts";
import type { ExportPorts } from "../deliver/export/ports.ts";

export function exportPorts(env: Env): ExportPorts {
  return {
    now: () => now(env),
    files: env.FILES,
    readMembers: ({ dataset_id, catalogue_version, segment_id, columns }, shard, after, limit) =>
      env.SHARD.getByName(`${dataset_id}/${shard}`).members({
        ...{ version: catalogue_version, segment_id, after, limit, fields: columns.fields.map(({ id }) => id) },
      }),
  };
}
