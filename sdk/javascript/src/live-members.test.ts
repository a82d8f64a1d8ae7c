import { expect, test } from "vitest";
import { CuttyError } from "./error.ts";
import type { FollowItem } from "./follow.ts";
import { LiveMembers } from "./live-members.ts";

const member = (key: string, n = 0) => ({ key, fields: { n }, entered_at: null });
const page = (keys: string[], first: boolean, complete: boolean): FollowItem => ({
  ...{ type: "snapshot", members: keys.map((key) => member(key)), first, complete, cursor: complete ? "d1" : null },
});
const resync: FollowItem = {
  type: "resync",
  error: new CuttyError({ code: "resync_required", detail: "" }),
  cursor: null,
};

test("a delta adds, drops and changes; what it repeats changes nothing", () => {
  const live = new LiveMembers();
  live.apply(page(["a", "b"], true, true));
  const delta: FollowItem = {
    ...{ type: "delta", entered: [member("c"), member("a")], left: [{ key: "b" }, { key: "gone" }], has_more: false },
    ...{
      updated: [
        { key: "a", fields: { n: 7 } },
        { key: "b", fields: { n: 8 } },
      ],
      cursor: "d2",
    },
  };
  for (let n = 0; n < 2; n++) live.apply(delta);
  expect([...live.members.values()].sort((a, b) => (a.key < b.key ? -1 : 1))).toEqual([member("a", 7), member("c")]);
  expect(live.cursor).toBe("d2");
});

test("a new snapshot replaces the members when it is complete, and not before", () => {
  const live = new LiveMembers([member("kept"), member("gone")]);
  expect(live.cursor).toBeNull();
  live.apply(resync);
  live.apply(page(["kept"], true, false));
  expect([...live.members.keys()]).toEqual(["kept", "gone"]);
  live.apply(page(["new"], false, true));
  expect([...live.members.keys()]).toEqual(["kept", "new"]);
  expect(live.cursor).toBe("d1");
});

test("a snapshot that was broken off leaves nothing behind in the next one", () => {
  const live = new LiveMembers();
  live.apply(page(["stale"], true, false));
  live.apply(page(["a"], true, true));
  expect([...live.members.keys()]).toEqual(["a"]);
  expect(() => live.apply(page(["b"], false, true))).toThrow(TypeError);
});
