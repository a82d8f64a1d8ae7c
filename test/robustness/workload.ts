/** Writers that never stop until the server is gone, each on keys of its own, so that the model can follow. */
import type { Client } from "../blackbox/client.ts";
import { recordPath, upsert } from "../blackbox/nouns.ts";
import type { Data } from "../blackbox/wire.ts";
import type { Model, State } from "./model.ts";
import type { Random } from "./random.ts";

const KEYS_EACH = 100;
const BATCH = 20;

/** The two numbers are always equal: a record in which they differ was written by half. */
function row(key: string, random: Random): Data {
  const n = random.below(100);
  return { id: key, v: n, w: n, email: `${key}.${random.below(3)}@example.com` };
}

/** Writes until a request fails, which is what a kill looks like from here. */
export async function writeUntilGone(
  client: Client,
  dataset: string,
  model: Model,
  writer: number,
  random: Random,
): Promise<void> {
  const key = () => `w${writer}-${random.below(KEYS_EACH)}`;
  const change = [() => patchOne(), () => upsertMany(), () => removeOne()];
  try {
    for (;;) await (change[random.next() < 0.6 ? 0 : random.next() < 0.7 ? 1 : 2] ?? patchOne)();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }

  async function patchOne(): Promise<void> {
    const id = key();
    const old = model.get(id);
    if (old === undefined) return upsertMany();
    const data = row(id, random);
    await model.write(new Map([[id, { ...old, ...data }]]), () => client.patch(recordPath(dataset, id), { data }));
  }

  async function upsertMany(): Promise<void> {
    const rows = new Map<string, Data>();
    for (let n = 0; n < BATCH; n++) {
      const id = key();
      rows.set(id, row(id, random));
    }
    const after = new Map<string, State>([...rows].map(([id, data]) => [id, { ...model.get(id), ...data }]));
    await model.write(after, () => upsert(client, dataset, [...rows.values()]));
  }

  async function removeOne(): Promise<void> {
    const id = key();
    if (model.get(id) === undefined) return upsertMany();
    await model.write(new Map([[id, undefined]]), () => client.delete(recordPath(dataset, id)));
  }
}
