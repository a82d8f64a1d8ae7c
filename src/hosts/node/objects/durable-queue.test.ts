import { expect, test } from "vitest";
import { DurableQueue, type Waiter } from "./durable-queue.ts";

/** A queue over a disk that syncs when the test says so. */
function onTestDisk() {
  const syncs: Waiter[] = [];
  const called: string[] = [];
  const queue: DurableQueue = new DurableQueue(
    (done) => syncs.push(done),
    (error) => queue.end(error),
  );
  const waiter = (name: string) => (error: Error | null) => called.push(error ? `${name}: ${error.message}` : name);
  return { queue, syncs, called, waiter };
}

test("H51 what is committed during a sync shares the next one, and nobody is told before it", () => {
  const { queue, syncs, called, waiter } = onTestDisk();
  queue.committed([waiter("a")]);
  queue.committed([waiter("b")]);
  queue.committed([waiter("c")]);
  expect([syncs.length, called]).toEqual([1, []]);
  syncs[0]?.(null);
  expect([syncs.length, called, queue.isOwed]).toEqual([2, ["a"], true]);
  syncs[1]?.(null);
  expect([called, queue.isOwed]).toEqual([["a", "b", "c"], false]);
});

test("H8 who comes later waits for the sync that covers all commits before it", () => {
  const { queue, syncs, called, waiter } = onTestDisk();
  queue.wait(waiter("nothing owed"));
  queue.committed([]);
  queue.wait(waiter("the first"));
  queue.committed([]);
  queue.wait(waiter("the second"));
  expect(called).toEqual(["nothing owed"]);
  syncs[0]?.(null);
  expect(called).toEqual(["nothing owed", "the first"]);
  syncs[1]?.(null);
  expect(called).toEqual(["nothing owed", "the first", "the second"]);
});

test("H9 a sync that fails rejects all who wait, and one that ends afterwards tells nobody twice", () => {
  const { queue, syncs, called, waiter } = onTestDisk();
  queue.committed([waiter("a")]);
  queue.committed([waiter("b")]);
  syncs[0]?.(new Error("disk"));
  expect(called).toEqual(["a: disk", "b: disk"]);
  queue.committed([waiter("c")]);
  queue.end(null);
  syncs[1]?.(new Error("late"));
  expect(called).toEqual(["a: disk", "b: disk", "c"]);
});
