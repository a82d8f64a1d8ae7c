import { expect, test } from "vitest";
import { inTurn } from "./in-turn.ts";

test("work with one key runs one after the other, also after a failure; other keys do not wait", async () => {
  const seen: string[] = [];
  const work = (name: string, fails = false) =>
    inTurn(name.slice(0, 1), async () => {
      seen.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const all = await Promise.allSettled([work("a1", true), work("a2"), work("b1"), work("a3")]);
  expect(all.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled", "fulfilled"]);
  expect(seen.slice(0, 2)).toEqual(["a1 begins", "b1 begins"]);
  const ofA = seen.filter((one) => one.startsWith("a"));
  expect(ofA).toEqual(["a1 begins", "a1 ends", "a2 begins", "a2 ends", "a3 begins", "a3 ends"]);
});
