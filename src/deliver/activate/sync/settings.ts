/** What a changed configuration means for a sync. */
import type { Connector } from "../connector.ts";
import type { SyncConfig } from "./ports.ts";

export const MAPPING_BROKEN =
  "A field that the mapping names is no longer in the dataset. Nothing was removed; delete the sync and make it anew.";

export function missingTarget(connector: Connector, config: SyncConfig): boolean {
  return connector.targets.some((target) => target.required && config.mapping[target.name] === undefined);
}

/** Whether what was read under one configuration has to be read again under the other. */
export function readsOtherwise(before: SyncConfig, after: SyncConfig): boolean {
  return before.shard_count !== after.shard_count || JSON.stringify(before.mapping) !== JSON.stringify(after.mapping);
}
