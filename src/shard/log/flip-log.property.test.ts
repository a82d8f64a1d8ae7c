/** The flips of a log against a list: small and huge entries, sorting, cuts, transactions that fail, restarts. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Clock, ObjectHost } from "../../deliver/testing/object-host.ts";
import { migrate } from "../../platform/migrate.ts";
import type { ObjectState } from "../../platform/types.ts";
import { MIGRATIONS } from "../storage-schema.ts";
import { FlipLog } from "./flip-log.ts";
import type { FlipEntry, Flips } from "./flip-payloads.ts";

class Store {
  readonly state: ObjectState;
  readonly flips: FlipLog;
  constructor(state: ObjectState) {
    migrate(state.storage.sql, MIGRATIONS);
    this.state = state;
    this.flips = new FlipLog(state.storage.sql, 1);
  }
  async alarm(): Promise<void> {}
}

const SEGMENTS = ["seg_a", "seg_b", "seg_c"];
const rows = fc.uniqueArray(fc.nat(3_000_000), { maxLength: 6 }).map((all) => all.sort((a, b) => a - b));
const many = fc
  .record({
    first: fc.nat(1_000_000),
    count: fc.integer({ min: 50_000, max: 60_000 }),
    step: fc.constantFrom(1, 7, 90),
  })
  .map(({ first, count, step }) => Array.from({ length: count }, (_, at) => first + at * step));
const flips: fc.Arbitrary<Flips> = fc.record({
  entered: fc.oneof({ weight: 30, arbitrary: rows }, { weight: 1, arbitrary: many }),
  left: fc.oneof({ weight: 60, arbitrary: rows }, { weight: 1, arbitrary: many }),
});
const entry = fc
  .dictionary(fc.constantFrom(...SEGMENTS), flips, { maxKeys: 3, noNullPrototype: true })
  .map((all) => new Map(Object.entries(all)));
const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant("append" as const), entry, fails: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("sort" as const),
      fails: fc.boolean(),
      steps: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("drop" as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("forget" as const), segment: fc.constantFrom(...SEGMENTS) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("go on" as const), steps: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
);

test("S53 a segment's flips are the entries that were written, recent or sorted, from any position", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 30 }), (steps) => {
      const host = new ObjectHost("x", new Clock(), (state) => new Store(state));
      let written: { seq: number; flips: ReadonlyMap<string, Flips> }[] = [];
      let [seq, dropped] = [0, 0];
      /** Of a sorting that others came in between of. */
      let unfinished: (() => void)[] = [];
      for (const one of steps) {
        const store = host.object;
        const attempt = (work: () => void, fails: boolean) => {
          try {
            store.state.storage.transactionSync(() => {
              work();
              if (fails) throw new Error("on purpose");
            });
          } catch (error) {
            if (!fails) throw error;
            store.flips.forgetRead();
          }
        };
        if (one.kind === "append") {
          attempt(() => store.flips.append(seq + 1, one.entry), one.fails);
          if (!one.fails) written.push({ seq: ++seq, flips: one.entry });
        } else if (one.kind === "sort") {
          // As far as it comes: another begins anew.
          unfinished = [...store.flips.sortSteps()];
          for (const sorting of unfinished.splice(0, one.steps)) attempt(sorting, one.fails);
          if (one.fails) unfinished = []; // nobody goes on after a step that failed
        } else if (one.kind === "drop") {
          dropped = Math.max(dropped, Math.floor(seq * one.share));
          attempt(() => store.flips.dropTo(dropped), false);
        } else if (one.kind === "forget") {
          attempt(() => store.flips.forget(one.segment), false);
          written = written.map((each) => ({ seq: each.seq, flips: without(each.flips, one.segment) }));
        } else if (one.kind === "go on") {
          for (const sorting of unfinished.splice(0, one.steps)) attempt(sorting, false);
        } else {
          host.crash();
          unfinished = [];
        }
        const { flips } = host.object;
        for (const segment of SEGMENTS) {
          const kept = entriesOf(written, segment).filter((each) => each.seq > dropped);
          for (const from of new Set([dropped, Math.floor((dropped + seq) / 2), seq])) {
            const after = kept.filter((each) => each.seq > from);
            expect(joined(flips.after(segment, from, Number.MAX_SAFE_INTEGER))).toEqual(after);
            expect(joined(flips.after(segment, from, seq - 1))).toEqual(after.filter((each) => each.seq < seq));
          }
          const newest = [...flips.newest(segment)].filter((each) => each.seq > dropped).reverse();
          expect(joined(newest)).toEqual(kept);
        }
        const kept = written.filter((each) => each.seq > dropped);
        for (const [segment, newest] of flips.newestRecent()) expect(entriesOf(kept, segment).at(-1)?.seq).toBe(newest);
      }
    }),
    { numRuns: 120 },
  );
}, 120_000);

const without = (flips: ReadonlyMap<string, Flips>, segment: string) =>
  new Map([...flips].filter(([id]) => id !== segment));

/** An entry without anybody need not be there. */
function entriesOf(written: readonly { seq: number; flips: ReadonlyMap<string, Flips> }[], segment: string) {
  return written.flatMap(({ seq, flips }) => {
    const flip = flips.get(segment);
    return flip && flip.entered.length + flip.left.length > 0 ? [{ seq, ...flip }] : [];
  });
}

/** The parts of an entry together, as sorted lists. */
function joined(entries: Iterable<FlipEntry>): FlipEntry[] {
  const bySeq = new Map<number, { seq: number; entered: number[]; left: number[] }>();
  for (const { seq, entered, left } of entries) {
    const one = bySeq.get(seq) ?? { seq, entered: [], left: [] };
    one.entered = one.entered.concat(entered);
    one.left = one.left.concat(left);
    bySeq.set(seq, one);
  }
  const sorted = [...bySeq.values()].filter((one) => one.entered.length + one.left.length > 0);
  for (const one of sorted) {
    one.entered.sort((a, b) => a - b);
    one.left.sort((a, b) => a - b);
  }
  return sorted;
}
