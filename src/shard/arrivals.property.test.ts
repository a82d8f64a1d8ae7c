/** When members entered, against a list of what the log was told: kept, searched, forgotten, cut. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Clock, ObjectHost } from "../deliver/testing/object-host.ts";
import { migrate } from "../platform/migrate.ts";
import type { ObjectState } from "../platform/types.ts";
import { Arrivals } from "./arrivals.ts";
import { type Flips, Log } from "./log.ts";
import { MIGRATIONS } from "./storage-schema.ts";
import { Slices } from "./yield.ts";

class Store {
  readonly state: ObjectState;
  readonly log: Log;
  constructor(state: ObjectState) {
    migrate(state.storage.sql, MIGRATIONS);
    this.state = state;
    this.log = new Log(state.storage.sql);
  }
}

const NO_ROWS = { added: [], updated: [], removed: [] };
const segments = fc.constantFrom("seg_a", "seg_b");
const rows = fc.uniqueArray(fc.nat(30), { maxLength: 4 }).map((all) => all.sort((a, b) => a - b));
const append = fc.record({ do: fc.constant("append" as const), segment: segments, rows, enters: fc.boolean() });
const steps = fc.oneof(
  { weight: 10, arbitrary: append },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("ask" as const), segment: segments }) },
  { weight: 1, arbitrary: fc.constant({ do: "sort" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("trim" as const), share: fc.nat(100) }) },
);
/** Everything is kept, or nearly nothing. */
const sizes = fc.constantFrom(
  { mostRows: 1_000, mostRowsInAll: 1_000, positionsAStep: 3 },
  { mostRows: 1_000, mostRowsInAll: 2, positionsAStep: 2 },
  { mostRows: 3, mostRowsInAll: 10, positionsAStep: 2 },
);

test("S56 when a member entered last is told as far as the log reaches, however much of it is kept", async () => {
  let told = 0;
  await fc.assert(
    fc.asyncProperty(sizes, fc.array(steps, { minLength: 5, maxLength: 60, size: "max" }), async (size, script) => {
      const { state, log } = new ObjectHost("x", new Clock(), (state) => new Store(state)).object;
      const arrivals = new Arrivals(log, size);
      const times = new Map([["seg_a", new Map<number, number>()] as const, ["seg_b", new Map<number, number>()]]);
      let at = 1_000;
      for (const [seq, step] of script.entries()) {
        at += 10;
        const transaction = (work: () => void) => state.storage.transactionSync(work);
        if (step.do === "append") {
          const flips: Flips = step.enters ? { entered: step.rows, left: [] } : { entered: [], left: step.rows };
          transaction(() => log.append(seq + 1, at, NO_ROWS, new Map([[step.segment, flips]])));
          for (const row of step.rows) {
            if (step.enters) times.get(step.segment)?.set(row, at);
            else times.get(step.segment)?.delete(row);
          }
        } else if (step.do === "sort") for (const sort of log.sortFlips()) transaction(sort);
        else if (step.do === "trim") transaction(() => log.trim(1_000 + ((at - 1_000) * step.share) / 100));
        else {
          const all = Array.from({ length: 31 }, (_, row) => row);
          const found = await arrivals.of(step.segment, all, new Slices());
          const oldest = log.oldestAt() ?? 0;
          const expected = [...(times.get(step.segment) ?? [])].filter(([, time]) => time >= oldest);
          expect([...found].sort(([a], [b]) => a - b)).toEqual(expected.sort(([a], [b]) => a - b));
          told += expected.length;
        }
      }
    }),
    { numRuns: 200 },
  );
  expect(told).toBeGreaterThan(500);
});
