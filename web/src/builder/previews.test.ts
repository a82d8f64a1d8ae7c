import { expect, test } from "vitest";
import { ApiError } from "../api/http.ts";
import type { Preview, QueryGroup } from "../api/segments.ts";
import { NO_PREVIEW, type PreviewState, Previews } from "./previews.ts";

const queryOf = (value: number): QueryGroup => ({
  combinator: "and",
  rules: [{ field: "n", operator: "equals", value }],
});

const answerOf = (count: number): Preview => ({
  count,
  total: 10,
  took_ms: 1,
  computed_at: "2026-11-21T00:00:00Z",
  words: "",
  sample: [],
});

/** Questions stay open until the test answers them; the delay passes when the test says so. */
function bench() {
  const questions: {
    query: QueryGroup;
    signal: AbortSignal;
    answer: (a: Preview) => void;
    refuse: (e: Error) => void;
  }[] = [];
  const delayed = new Set<() => void>();
  let state: PreviewState = NO_PREVIEW;
  const previews = new Previews({
    ask: (query, signal) =>
      new Promise((answer, refuse) => {
        questions.push({ query, signal, answer, refuse });
      }),
    later: (task) => {
      delayed.add(task);
      return () => delayed.delete(task);
    },
    changed: (next) => {
      state = next;
    },
  });
  const pass = () => {
    for (const task of delayed) task();
    delayed.clear();
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { previews, questions, pass, settled, state: () => state };
}

test("W26 edits in quick succession ask once, for the last", () => {
  const { previews, questions, pass } = bench();
  for (const value of [1, 2, 3]) previews.edit(queryOf(value));
  pass();
  expect(questions.map(({ query }) => query)).toEqual([queryOf(3)]);
});

test("W27 an older answer never overwrites a newer one", async () => {
  const { previews, questions, pass, settled, state } = bench();
  previews.edit(queryOf(1));
  pass();
  previews.edit(queryOf(2));
  pass();
  expect(questions[0]?.signal.aborted).toBe(true);
  questions[1]?.answer(answerOf(2));
  await settled();
  questions[0]?.answer(answerOf(1));
  await settled();
  expect(state()).toMatchObject({ answer: { count: 2 }, stale: false });
});

test("W28 what is invalid leaves the last valid count in place, marked as old", async () => {
  const { previews, questions, pass, settled, state } = bench();
  previews.edit(queryOf(1));
  pass();
  questions[0]?.answer(answerOf(7));
  await settled();
  previews.edit(queryOf(2));
  pass();
  const problem = {
    status: 422,
    code: "invalid_value",
    title: "",
    detail: "Not a number.",
    path: "query.rules[0].value",
  };
  questions[1]?.refuse(new ApiError(problem));
  await settled();
  expect(state()).toMatchObject({ answer: answerOf(7), problem, stale: true });
  previews.hold();
  expect(state()).toMatchObject({ answer: answerOf(7), problem: null, stale: true });
});

test("W29 a change of the data asks the same question again, without greying the count", async () => {
  const { previews, questions, pass, settled, state } = bench();
  previews.edit(queryOf(1));
  pass();
  questions[0]?.answer(answerOf(7));
  await settled();
  previews.refresh();
  expect(state().stale).toBe(false);
  questions[1]?.answer(answerOf(8));
  await settled();
  expect(questions[1]?.query).toEqual(queryOf(1));
  expect(state()).toMatchObject({ answer: { count: 8 }, stale: false });
});

test("W60 a trend has the counts of what is built now; an edit begins a new one", async () => {
  const { previews, questions, pass, settled, state } = bench();
  const counts = () => state().trend.map(({ count }) => count);
  previews.edit(queryOf(1));
  pass();
  for (const [at, count] of [7, 8, 8, 6].entries()) {
    if (at > 0) previews.refresh();
    questions[at]?.answer(answerOf(count));
    await settled();
  }
  expect(counts()).toEqual([7, 8, 6]);
  previews.edit(queryOf(2));
  expect(counts()).toEqual([]);
});

test("W80 what is still being built is asked for again by itself, until an edit comes", async () => {
  const { previews, questions, pass, settled, state } = bench();
  const building = new ApiError({ status: 409, code: "relation_building", title: "", detail: "Ask again." });
  previews.edit(queryOf(1));
  pass();
  questions[0]?.refuse(building);
  await settled();
  expect(state().problem?.code).toBe("relation_building");
  pass();
  expect(questions).toHaveLength(2);
  questions[1]?.refuse(building);
  await settled();
  previews.edit(queryOf(2));
  pass();
  expect(questions.map(({ query }) => query)).toEqual([queryOf(1), queryOf(1), queryOf(2)]);
  questions[2]?.answer(answerOf(4));
  await settled();
  expect(state()).toMatchObject({ problem: null, stale: false, answer: { count: 4 } });
});
