import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { settingsFrom } from "./settings.ts";

describe("settings", () => {
  let data: string;
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), "cutty-settings-"));
  });
  afterEach(() => rmSync(data, { recursive: true, force: true }));

  test("H67 the secret is made once and kept for its owner's eyes", () => {
    const first = settingsFrom({ CUTTY_DATA: data }).vars.SECRET;
    expect(first).toHaveLength(43);
    expect(settingsFrom({ CUTTY_DATA: data }).vars.SECRET).toBe(first);
    expect(readFileSync(join(data, "secret"), "utf8").trim()).toBe(first);
    expect(statSync(join(data, "secret")).mode & 0o077).toBe(0);
  });

  test("H67 a secret that is given is used and not kept", () => {
    expect(settingsFrom({ CUTTY_DATA: data, CUTTY_SECRET: "given" }).vars.SECRET).toBe("given");
    expect(() => statSync(join(data, "secret"))).toThrow(/ENOENT/);
  });

  test("H68 the clock can be set on a loopback address only", () => {
    const clock = "2030-01-01T00:00:00Z";
    const offset = Number(settingsFrom({ CUTTY_DATA: data, CUTTY_CLOCK: clock }).vars.CLOCK_OFFSET_MS);
    expect(Math.abs(Date.now() + offset - Date.parse(clock))).toBeLessThan(5000);
    expect(() => settingsFrom({ CUTTY_DATA: data, CUTTY_CLOCK: clock, HOST: "0.0.0.0" })).toThrow(/loopback/);
  });

  test("H68 what cannot be read is refused with what it may be", () => {
    expect(() => settingsFrom({ CUTTY_DATA: data, PORT: "http" })).toThrow(/PORT is http; it is a number/);
    expect(() => settingsFrom({ CUTTY_DATA: data, CUTTY_CLOCK: "soon" })).toThrow(/a time such as/);
  });
});
