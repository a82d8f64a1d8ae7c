import { expect, test } from "vitest";
import { type Facts, publicState } from "./decide.ts";

const IN_STEP: Facts = {
  now: 1_000,
  row: {
    config: null,
    phase: "deltas",
    generation: 1,
    sweep_after: "",
    removal_confirmed: 0,
    paused: false,
    ending_since: null,
    failed: false,
    error_code: null,
    error_detail: null,
    look_at: 60_000,
    read_attempt: 0,
    read_not_before: 0,
    send_attempt: 0,
    send_not_before: 0,
    caught_up_at: 900,
    last_synced_at: 900,
    audience_id: "aud",
    held: 5,
  },
  waiting: 0,
  refused_until: null,
  mid_pass: false,
  run_open: false,
  batch_limit: 1_000,
};

test("D87 between two pages of a long change, when nothing waits for the moment, a sync is not in step yet", () => {
  expect(publicState(IN_STEP).status).toBe("in_sync");
  expect(publicState({ ...IN_STEP, mid_pass: true, run_open: true }).status).toBe("syncing");
});

test("D87 a look at the shards that finds nothing does not make a sync say that it is busy", () => {
  expect(publicState({ ...IN_STEP, mid_pass: true }).status).toBe("in_sync");
});
