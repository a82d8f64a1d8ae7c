import { afterAll, beforeAll, expect, test } from "vitest";
import { type Browser, newDataset, newSegment, START_MS, startProgram, type TestProgram } from "./testing/program.ts";

let program: TestProgram;
beforeAll(async () => {
  program = await startProgram();
}, START_MS);
afterAll(() => program.close());

const credentials = { email: "owner@example.com", password: "password" };
const idOf = async (browser: Browser) => (await browser.ok<{ user: { id: string } }>("GET", "/api/v1/me")).user.id;

async function signInAt(url: string): Promise<string> {
  const env = { ...program.host.env, PUBLIC_URL: url };
  const headers = { "content-type": "application/json" };
  const request = new Request(`${url}/api/v1/auth/sign-in`, {
    method: "POST",
    headers,
    body: JSON.stringify(credentials),
  });
  const answer = await program.host.program.fetch(request, env, { waitUntil: () => undefined });
  return answer.headers.get("set-cookie") ?? "";
}

test("A4 the cookie is HttpOnly and SameSite, and Secure just where the address is https", async () => {
  const plain = await signInAt("http://cutty.test");
  expect(plain).toMatch(/^cutty_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000$/);
  expect(await signInAt("https://cutty.example")).toMatch(/; Secure$/);
});

test("A6 signing out ends the session, for a copy of its cookie too, and takes the cookie away", async () => {
  const cookie = (await signInAt("http://cutty.test")).split(";")[0] ?? "";
  const copy = () => program.browser().send("GET", "/api/v1/me", { headers: { cookie } });
  expect((await copy()).status).toBe(200);
  const out = await program.browser().send("POST", "/api/v1/auth/sign-out", { headers: { cookie } });
  expect(out.headers.get("set-cookie")).toMatch(/^cutty_session=; .*Max-Age=0/);
  expect((await copy()).status).toBe(401);
});

test("A3 a new password of under 8 or over 200 characters is refused; no attempt to sign in is", async () => {
  const { url } = await program.owner.ok<{ url: string }>("POST", "/api/v1/invites", {
    json: { email: "p@example.com", role: "viewer" },
  });
  const token = new URL(url).searchParams.get("token");
  for (const password of ["1234567", "x".repeat(201)]) {
    const answer = await program.browser().send("POST", "/api/v1/auth/join", { json: { token, name: "P", password } });
    expect(answer).toMatchObject({ status: 422, body: { path: "password" } });
  }
  const tried = await program
    .browser()
    .send("POST", "/api/v1/auth/sign-in", { json: { email: "p@example.com", password: "1" } });
  expect(tried).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
});

test("A10 the refusal of too many attempts says in Retry-After how long to wait", async () => {
  const attempt = () =>
    program.browser().send("POST", "/api/v1/auth/sign-in", { json: { email: "v@example.com", password: "no" } });
  for (let n = 0; n < 10; n++) await attempt();
  const refused = await attempt();
  expect(refused).toMatchObject({ status: 429, body: { code: "too_many_attempts" } });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(800);
});

test("A23 an admin gives and takes rights up to admin, and touches no owner", async () => {
  const admin = await program.member("admin");
  const viewer = await idOf(await program.member("viewer"));
  const owner = await idOf(program.owner);
  const setRole = (id: string, role: string) => admin.send("PATCH", `/api/v1/members/${id}`, { json: { role } });
  expect((await setRole(viewer, "admin")).status).toBe(200);
  expect(await setRole(viewer, "owner")).toMatchObject({ status: 403, body: { needed_role: "owner" } });
  expect((await setRole(owner, "viewer")).status).toBe(403);
  expect((await admin.send("DELETE", `/api/v1/members/${owner}`)).status).toBe(403);
  const invite = { json: { email: "boss@example.com", role: "owner" } };
  expect((await admin.send("POST", "/api/v1/invites", invite)).status).toBe(403);
});

test("A25 a changed role holds at the next request; a removed person is signed out", async () => {
  const analyst = await program.member("analyst");
  const id = await idOf(analyst);
  await program.owner.ok("PATCH", `/api/v1/members/${id}`, { json: { role: "viewer" } });
  expect((await analyst.send("POST", "/api/v1/datasets", { json: { name: "x" } })).status).toBe(403);
  await program.owner.ok("DELETE", `/api/v1/members/${id}`);
  expect((await analyst.send("GET", "/api/v1/datasets")).status).toBe(401);
});

test("A32 an address that has an account is not invited", async () => {
  const answer = await program.owner.send("POST", "/api/v1/invites", {
    json: { email: "OWNER@example.com", role: "viewer" },
  });
  expect(answer).toMatchObject({ status: 409, body: { code: "email_taken", path: "email" } });
});

test("A26 A40 another workspace's owner makes no workspaces, and reaches nothing of ours by id", async () => {
  const json = { name: "Other", owner_email: "other@example.com", owner_password: "password" };
  await program.owner.ok("POST", "/api/v1/workspaces", { json });
  const other = program.browser();
  await other.signIn("other@example.com", "password");
  expect(await other.send("POST", "/api/v1/workspaces", { json })).toMatchObject({ status: 403 });
  expect(await other.ok("GET", "/api/v1/me")).toMatchObject({ role: "owner", installation_owner: false });

  const dataset = await newDataset(program.owner);
  const segment = await newSegment(program.owner, dataset);
  for (const path of [
    `datasets/${dataset}`,
    `datasets/${dataset}/records`,
    `segments/${segment}`,
    `segments/${segment}/members`,
  ]) {
    expect((await other.send("GET", `/api/v1/${path}`)).status).toBe(404);
  }
  expect(await other.ok("GET", "/api/v1/segments")).toEqual({ data: [], next_cursor: null });
});

test("A42 an unsafe request from a foreign page is refused, from our own page not; reading is harmless", async () => {
  const rename = (origin: string) =>
    program.owner.send("PATCH", "/api/v1/workspace", { json: { name: "Renamed" }, headers: { origin } });
  for (const foreign of ["https://evil.example", "null", "http://cutty.test.evil.example"]) {
    expect(await rename(foreign)).toMatchObject({ status: 403, body: { code: "cross_origin" } });
  }
  expect((await rename("http://cutty.test")).status).toBe(200);
  expect((await program.owner.send("GET", "/api/v1/me", { headers: { origin: "https://evil.example" } })).status).toBe(
    200,
  );
});

test("A42 nobody is signed in behind their back from a foreign page", async () => {
  const headers = { origin: "https://evil.example" };
  const answer = await program.browser().send("POST", "/api/v1/auth/sign-in", { json: credentials, headers });
  expect(answer.status).toBe(403);
});

test("A31 A33 a new installation is set up once with the link that its start prints", async () => {
  const printed: string[] = [];
  const log = console.log;
  console.log = (line) => printed.push(String(line));
  const fresh = await startProgramWithoutOwner().finally(() => {
    console.log = log;
  });
  const token = /token=([\w-]+)/.exec(printed.join("\n"))?.[1];
  const json = { token, email: "first@example.com", password: "password", workspace_name: "Ours" };
  expect(await fresh.browser().ok("GET", "/api/v1/auth/state")).toEqual({ needs_setup: true });
  const first = fresh.browser();
  expect(await first.ok("POST", "/api/v1/auth/set-up", { json })).toMatchObject({ workspace: { name: "Ours" } });
  expect(await first.ok("GET", "/api/v1/me")).toMatchObject({ role: "owner", installation_owner: true });
  expect((await fresh.browser().send("POST", "/api/v1/auth/set-up", { json })).status).toBe(401);
  expect(await fresh.browser().ok("GET", "/api/v1/auth/state")).toEqual({ needs_setup: false });
  await fresh.close();
});

const startProgramWithoutOwner = () => startProgram({ CUTTY_ADMIN_EMAIL: "" });
