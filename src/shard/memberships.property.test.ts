/** Memberships against sets: flips, checkpoints of some segments, a log that is sorted and cut, restarts. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Clock, ObjectHost } from "../deliver/testing/object-host.ts";
import { migrate } from "../platform/migrate.ts";
import type { ObjectState } from "../platform/types.ts";
import { Log } from "./log.ts";
import { Memberships } from "./memberships.ts";
import { MIGRATIONS } from "./storage-schema.ts";

class Store {
  readonly state: ObjectState;
  readonly log: Log;
  readonly memberships: Memberships;
  constructor(state: ObjectState) {
    migrate(state.storage.sql, MIGRATIONS);
    this.state = state;
    this.log = new Log(state.storage.sql);
    this.memberships = new Memberships(state.storage.sql, this.log, 0.01);
  }
  async alarm(): Promise<void> {}
}

const SEGMENTS = ["seg_a", "seg_b", "seg_c"];
const NOTHING = { added: [], updated: [], removed: [] };
/** Rows of a few chunks, so that they flip again and again. */
const row = fc.oneof(fc.nat(40), fc.integer({ min: 65_530, max: 65_545 }), fc.nat(300_000));
const step = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant("flip" as const),
      segments: fc.array(fc.tuple(fc.constantFrom(...SEGMENTS), fc.uniqueArray(row, { maxLength: 60 })), {
        maxLength: 3,
      }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("checkpoint" as const), blocks: fc.nat(4), fails: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("sort" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cut" as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
);

test("S54 checkpoint and log together give the membership, whichever segments were written when", () => {
  let checkpoints = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
      const host = new ObjectHost("x", new Clock(), (state) => new Store(state));
      const members = new Map(SEGMENTS.map((id) => [id, new Set<number>()]));
      let seq = 0;
      for (const one of steps) {
        const { state, log, memberships } = host.object;
        const { storage } = state;
        if (one.kind === "flip") {
          const flips = new Map(
            one.segments.map(([id, rows]) => {
              const set = members.get(id) as Set<number>;
              const sorted = rows.sort((a, b) => a - b);
              return [
                id,
                { entered: sorted.filter((row) => !set.has(row)), left: sorted.filter((row) => set.has(row)) },
              ];
            }),
          );
          for (const id of flips.keys()) memberships.of(id);
          storage.transactionSync(() => log.append(++seq, seq, NOTHING, flips));
          memberships.patch(flips);
          for (const [id, { entered, left }] of flips) {
            for (const row of entered) members.get(id)?.add(row);
            for (const row of left) members.get(id)?.delete(row);
          }
        } else if (one.kind === "checkpoint") {
          for (const id of memberships.due(one.blocks)) {
            try {
              storage.transactionSync(() => {
                memberships.checkpoint(id, seq);
                if (one.fails) throw new Error("on purpose");
              });
              checkpoints++;
            } catch {
              host.crash(); // a transaction that fails so ends the object
              break;
            }
          }
        } else if (one.kind === "sort") {
          for (const sorting of log.sortFlips()) storage.transactionSync(sorting);
        } else if (one.kind === "cut") {
          for (const id of SEGMENTS) storage.transactionSync(() => memberships.checkpoint(id, seq));
          storage.transactionSync(() => log.trim(seq));
        } else host.crash();
        for (const [id, set] of members)
          expect([...host.object.memberships.of(id).rows()]).toEqual([...set].sort((a, b) => a - b));
      }
    }),
    { numRuns: 150 },
  );
  expect(checkpoints).toBeGreaterThan(20);
}, 60_000);
