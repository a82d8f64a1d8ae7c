/** The first start on an empty data folder, without credentials in the environment. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Client } from "../blackbox/client.ts";
import { eventually } from "../blackbox/eventually.ts";
import { expectProblem } from "../blackbox/problems.ts";
import { type NodeProcess, startNode } from "../hosts/node.ts";

let host: NodeProcess;
let anyone: Client;

beforeAll(async () => {
  host = await startNode({ env: { CUTTY_ADMIN_EMAIL: "", CUTTY_ADMIN_PASSWORD: "" } });
  anyone = new Client(host.url);
});
afterAll(() => host.close());

test("a one-time set-up link is printed; it makes the first owner, and then is spent", async () => {
  expect(await anyone.get("/api/v1/auth/state")).toMatchObject({ needs_setup: true });
  const token = await eventually(
    "the link is printed",
    async () => /\/set-up\?token=([^\s"')]+)/.exec(host.output())?.[1],
  );
  const setUp = (text: string, email: string) =>
    anyone.send("POST", "/api/v1/auth/set-up", { json: { token: text, email, password: "a long enough password" } });
  const wrong = await setUp("made-up", "thief@example.com");
  expect(wrong.status).toBeGreaterThanOrEqual(400);
  expectProblem(wrong, wrong.status);
  const answer = await setUp(token, "first@example.com");
  expect(answer.status).toBeLessThan(300);
  const again = await setUp(token, "second@example.com");
  expect(again.status).toBeGreaterThanOrEqual(400);
  expect(await anyone.get("/api/v1/auth/state")).toMatchObject({ needs_setup: false });
  anyone.adopt(answer);
  expect(await anyone.get("/api/v1/me")).toMatchObject({
    user: { email: "first@example.com" },
    role: "owner",
    installation_owner: true,
  });
});
