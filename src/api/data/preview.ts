/** A query's exact count and some of its records, over all shards. */
import type { Query } from "../../engine/index.ts";
import type { StoredRecord } from "../../shard/interface.ts";
import type { Env } from "../env.ts";
import { askAll, type ShardedDataset } from "./shards.ts";

export interface Preview {
  readonly count: number;
  readonly total: number;
  readonly sample: readonly StoredRecord[];
}

export async function preview(env: Env, dataset: ShardedDataset, query: Query, sample: number): Promise<Preview> {
  const version = dataset.catalogue_version;
  const answers = await askAll(env, dataset, (shard) => shard.preview({ version, query, sample }));
  return {
    count: answers.reduce((sum, answer) => sum + answer.count, 0),
    total: answers.reduce((sum, answer) => sum + answer.total, 0),
    sample: answers.flatMap((answer) => answer.sample).slice(0, sample),
  };
}
