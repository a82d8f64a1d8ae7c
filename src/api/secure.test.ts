import { afterAll, beforeAll, expect, test } from "vitest";
import { START_MS, startProgram, type TestProgram } from "./testing/program.ts";

let program: TestProgram;
beforeAll(async () => {
  program = await startProgram({ CUTTY_PUBLIC_URL: "https://cutty.test", CUTTY_ADMIN_EMAIL: "" });
}, START_MS);
afterAll(() => program.close());

const ask = (url: string, headers: Record<string, string> = {}) =>
  program.host.program.fetch(new Request(url, { headers }), program.host.env, { waitUntil: () => undefined });

test("A50 where the program's address is https, a request over plain HTTP is refused unless its way was safe", async () => {
  const refused = await ask("http://cutty.test/api/v1/auth/state");
  expect([refused.status, await refused.json()]).toMatchObject([403, { code: "https_required" }]);
  expect((await ask("http://cutty.test/api/v1/auth/state", { "x-cutty-secure": "0" })).status).toBe(403);
  expect((await ask("http://cutty.test/api/v1/auth/state", { "x-cutty-secure": "1" })).status).toBe(200);
  expect((await ask("https://cutty.test/api/v1/auth/state")).status).toBe(200);
});
