import { expect, test } from "vitest";
import { placement } from "./placement.ts";

test("H58 the shards of a dataset go round the threads", () => {
  for (const dataset of ["ds_1", "ds_2", "ds_other"]) {
    const threads = Array.from({ length: 8 }, (_, shard) => placement(`${dataset}/${shard}`, 4));
    expect(threads.slice(0, 4).toSorted()).toEqual([0, 1, 2, 3]);
    expect(threads.slice(4)).toEqual(threads.slice(0, 4));
  }
});

test("H58 a name's thread is fixed, and names spread", () => {
  const threads = Array.from({ length: 400 }, (_, index) => placement(`name ${index}`, 4));
  expect(threads).toEqual(Array.from({ length: 400 }, (_, index) => placement(`name ${index}`, 4)));
  for (let thread = 0; thread < 4; thread++) expect(threads.filter((at) => at === thread).length).toBeGreaterThan(40);
});
