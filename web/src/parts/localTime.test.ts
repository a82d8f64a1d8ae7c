import { expect, test } from "vitest";
import { localTime } from "./localTime.ts";

test("W17 an instant is shown as the workspace's own clock shows it", () => {
  expect(localTime("2026-07-13T15:50:44Z", "America/Los_Angeles")).toBe("2026-07-13 08:50:44");
  expect(localTime("2026-07-13T15:50:44Z", "UTC")).toBe("2026-07-13 15:50:44");
  expect(localTime("soon", "UTC")).toBeNull();
});
