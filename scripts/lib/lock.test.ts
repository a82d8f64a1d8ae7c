import { expect, test } from "vitest";
import { addressed, completed, missingOptional } from "./lock.ts";

const packages = {
  "": { optionalDependencies: { "tool-linux-x64": "1.0.0" } },
  "node_modules/tool-linux-x64": { version: "1.0.0" },
  "node_modules/a": {
    dev: true,
    optionalDependencies: { "@a/cli-win32-arm64": "2.0.0", "@a/cli-linux-x64-musl": "2.0.0" },
  },
  "node_modules/a/node_modules/@a/cli-win32-arm64": { version: "2.0.0" },
};

test("a platform's package that the lock file lacks is found, wherever it might stand", () => {
  expect(missingOptional(packages)).toEqual([{ name: "@a/cli-linux-x64-musl", version: "2.0.0", dev: true }]);
});

test("a completed lock file lacks none, and limits what was added to its platform", () => {
  const whole = completed(packages);
  expect(missingOptional(whole)).toEqual([]);
  expect(whole["node_modules/@a/cli-linux-x64-musl"]).toEqual({
    version: "2.0.0",
    cpu: ["x64"],
    dev: true,
    libc: ["musl"],
    optional: true,
    os: ["linux"],
  });
  expect(completed(whole)).toEqual(whole);
});

test("a package whose name says no platform is left to people", () => {
  expect(() => completed({ a: { optionalDependencies: { fsevents: "1.0.0" } } })).toThrow("by hand");
});

test("an address in the lock file is found, a link is none", () => {
  const named = { a: { resolved: "https://registry.example/a.tgz" }, "node_modules/web": { resolved: "web" } };
  expect(addressed(named)).toEqual(["a"]);
});
