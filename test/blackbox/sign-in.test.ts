/** Its own server: failed attempts count against the address that all other files share. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Client, signIn } from "./client.ts";
import { type RunningHost, startHost } from "./host.ts";
import { expectProblem } from "./problems.ts";

let host: RunningHost;
let anyone: Client;
const attempt = (email: string, password: string) =>
  anyone.send<{ user?: { email: string } }>("POST", "/api/v1/auth/sign-in", { json: { email, password } });

beforeAll(async () => {
  host = await startHost();
  anyone = new Client(host.url);
});
afterAll(() => host.close());

test("healthz answers 200 without a session", async () => {
  expect((await anyone.send("GET", "/healthz")).status).toBe(200);
});

test("an installation that has an owner needs no set-up", async () => {
  expect(await anyone.get("/api/v1/auth/state")).toMatchObject({ needs_setup: false });
});

test("the right password answers the person, the workspace and an HttpOnly, SameSite cookie", async () => {
  const answer = await attempt(host.email, host.password);
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ user: { email: host.email }, workspace: { id: expect.stringMatching(/^ws_/) } });
  const cookie = answer.headers.getSetCookie().find((line) => line.startsWith("cutty_session=")) ?? "";
  expect(cookie).toMatch(/;\s*httponly/i);
  expect(cookie).toMatch(/;\s*samesite=(lax|strict)/i);
});

test("an e-mail address signs in in any case", async () => {
  expect((await attempt(host.email.toUpperCase(), host.password)).status).toBe(200);
});

test("me tells the person, the workspace, the role and who owns the installation", async () => {
  const owner = await signIn(host.url, host.email, host.password);
  expect(await owner.get("/api/v1/me")).toMatchObject({
    user: { id: expect.stringMatching(/^usr_/), email: host.email },
    workspace: { id: expect.stringMatching(/^ws_/), time_zone: "UTC" },
    role: "owner",
    installation_owner: true,
  });
});

test("a wrong password and an unknown e-mail are refused alike", async () => {
  const wrong = expectProblem(await attempt(host.email, "not this one"), 401, "invalid_credentials");
  const unknown = expectProblem(await attempt("nobody@example.com", "not this one"), 401, "invalid_credentials");
  expect(unknown.detail).toBe(wrong.detail);
});

test("without a session, and with a made-up one, nothing is shown", async () => {
  expectProblem(await anyone.send("GET", "/api/v1/me"), 401);
  const forged = { headers: { cookie: "cutty_session=made-up" } };
  expectProblem(await anyone.send("GET", "/api/v1/datasets", forged), 401);
});

test("signing out ends the session, also for a copy of the cookie", async () => {
  const owner = await signIn(host.url, host.email, host.password);
  expect((await owner.send("POST", "/api/v1/auth/sign-out")).status).toBe(204);
  expectProblem(await owner.send("GET", "/api/v1/me"), 401);
});

test("an unsafe call from another origin is refused, from the program's own it is not", async () => {
  const owner = await signIn(host.url, host.email, host.password);
  const from = (origin: string) =>
    owner.send("PATCH", "/api/v1/workspace", { json: { name: "Renamed" }, headers: { origin } });
  expectProblem(await from("https://evil.example"), 403, "cross_origin");
  expectProblem(await from("null"), 403, "cross_origin");
  expect((await from(new URL(host.url).origin)).status).toBe(200);
});

test("sign-in from another origin is refused, so that nobody is signed in behind their back", async () => {
  const options = { json: { email: host.email, password: host.password }, headers: { origin: "https://evil.example" } };
  expectProblem(await anyone.send("POST", "/api/v1/auth/sign-in", options), 403, "cross_origin");
});

test("right passwords are never rate-limited; ten wrong ones are, with Retry-After", async () => {
  for (let times = 0; times < 15; times++) expect((await attempt(host.email, host.password)).status).toBe(200);
  for (let times = 0; times < 12; times++) await attempt("victim@example.com", `guess ${times}`);
  const refused = await attempt("victim@example.com", "guess again");
  expectProblem(refused, 429, "too_many_attempts");
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
});
