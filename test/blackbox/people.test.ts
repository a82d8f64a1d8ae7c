import { beforeAll, expect, test } from "vitest";
import { Client, signIn } from "./client.ts";
import { createDataset } from "./nouns.ts";
import { expectProblem } from "./problems.ts";
import { joinAs, openWorkspace, type Role, tokenOf, unique, type Workspace } from "./workspace.ts";

interface Person {
  id: string;
  email: string;
  role: Role;
}

let home: Workspace;
const people = async () => (await home.owner.get<{ data: Person[] }>("/api/v1/members")).data;
const idOf = async (email: string) => (await people()).find((person) => person.email === email)?.id ?? "";

beforeAll(async () => {
  home = await openWorkspace();
});

test("a new workspace has its owner, a name and a time zone", async () => {
  expect(await people()).toEqual([expect.objectContaining({ email: home.email, role: "owner" })]);
  expect(await home.owner.get("/api/v1/workspace")).toMatchObject({ id: home.id, time_zone: "UTC" });
  expect(await home.owner.get("/api/v1/me")).toMatchObject({ role: "owner", installation_owner: false });
});

test("only the owner of the installation opens workspaces", async () => {
  const body = { name: "Mine too", owner_email: `${unique("x")}@example.com`, owner_password: unique("pass word") };
  expectProblem(await home.owner.send("POST", "/api/v1/workspaces", { json: body }), 403);
});

test("a workspace is renamed and moved to another time zone; an unknown zone is refused", async () => {
  await home.owner.patch("/api/v1/workspace", { name: "Renamed", time_zone: "Europe/Berlin" });
  expect(await home.owner.get("/api/v1/workspace")).toMatchObject({ name: "Renamed", time_zone: "Europe/Berlin" });
  const wrong = await home.owner.send("PATCH", "/api/v1/workspace", { json: { time_zone: "Middle/Earth" } });
  expectProblem(wrong, [400, 422]);
});

test.each<Role>(["viewer", "analyst", "admin", "owner"])(
  "somebody invited as %s joins by link with that role",
  async (role) => {
    const { client, email } = await joinAs(home.owner, role);
    expect(await client.get("/api/v1/me")).toMatchObject({ user: { email }, role, workspace: { id: home.id } });
  },
);

test("an invite's link works once", async () => {
  const email = `${unique("once")}@example.com`;
  const invite = await home.owner.post<{ url: string }>("/api/v1/invites", { email, role: "viewer" });
  expect(invite.url).toContain("/join?token=");
  const json = { token: tokenOf(invite.url), name: "Once", password: unique("pass word") };
  const anyone = new Client(home.owner.url);
  expect((await anyone.send("POST", "/api/v1/auth/join", { json })).status).toBeLessThan(300);
  const again = await anyone.send("POST", "/api/v1/auth/join", { json });
  expect(again.status).toBeGreaterThanOrEqual(400);
  expectProblem(again, again.status);
  await signIn(home.owner.url, email, json.password);
});

test("a withdrawn invite opens nothing, and the list does not show its secret", async () => {
  const email = `${unique("gone")}@example.com`;
  const invite = await home.owner.post<{ id: string; url: string }>("/api/v1/invites", { email, role: "viewer" });
  const listed = await home.owner.send("GET", "/api/v1/invites");
  expect(listed.text).toContain(invite.id);
  expect(listed.text).not.toContain(tokenOf(invite.url));
  await home.owner.delete(`/api/v1/invites/${invite.id}`);
  const json = { token: tokenOf(invite.url), name: "Gone", password: unique("pass word") };
  const answer = await new Client(home.owner.url).send("POST", "/api/v1/auth/join", { json });
  expect(answer.status).toBeGreaterThanOrEqual(400);
});

test("a viewer reads and may not write; the refusal names the role that is needed", async () => {
  const { client: viewer } = await joinAs(home.owner, "viewer");
  expect((await viewer.send("GET", "/api/v1/datasets")).status).toBe(200);
  const refusal = await viewer.send("POST", "/api/v1/datasets", { json: { name: unique("d") } });
  expect(expectProblem(refusal, 403, "forbidden").detail).toMatch(/analyst/i);
});

test("an analyst writes data, but no destinations and no settings", async () => {
  const { client: analyst } = await joinAs(home.owner, "analyst");
  await createDataset(analyst, { key: "id" });
  const sandbox = await analyst.send("POST", "/api/v1/destinations", { json: { type: "sandbox", name: unique("s") } });
  expect(expectProblem(sandbox, 403, "forbidden").detail).toMatch(/admin/i);
  expectProblem(await analyst.send("PATCH", "/api/v1/workspace", { json: { name: "x" } }), 403, "forbidden");
  const invite = { json: { email: `${unique("y")}@example.com`, role: "viewer" } };
  expectProblem(await analyst.send("POST", "/api/v1/invites", invite), 403, "forbidden");
});

test("an admin manages destinations and people, but no owners", async () => {
  const { client: admin } = await joinAs(home.owner, "admin");
  await admin.post("/api/v1/destinations", { type: "sandbox", name: unique("s") });
  await joinAs(admin, "analyst");
  const invite = { json: { email: `${unique("z")}@example.com`, role: "owner" } };
  expect(expectProblem(await admin.send("POST", "/api/v1/invites", invite), 403, "forbidden").detail).toMatch(/owner/i);
  const owner = await idOf(home.email);
  expectProblem(await admin.send("PATCH", `/api/v1/members/${owner}`, { json: { role: "viewer" } }), 403, "forbidden");
  expectProblem(await admin.send("DELETE", `/api/v1/members/${owner}`), 403, "forbidden");
});

test("a changed role holds at once, and a removed person is out at once", async () => {
  const { client, email } = await joinAs(home.owner, "analyst");
  const id = await idOf(email);
  await home.owner.patch(`/api/v1/members/${id}`, { role: "viewer" });
  expectProblem(await client.send("POST", "/api/v1/datasets", { json: { name: unique("d") } }), 403, "forbidden");
  await home.owner.delete(`/api/v1/members/${id}`);
  expectProblem(await client.send("GET", "/api/v1/datasets"), [401, 403]);
  expect(await idOf(email)).toBe("");
});

test("the last owner stays", async () => {
  const lonely = await openWorkspace();
  const { user } = await lonely.owner.get<{ user: { id: string } }>("/api/v1/me");
  const demotion = await lonely.owner.send("PATCH", `/api/v1/members/${user.id}`, { json: { role: "viewer" } });
  expectProblem(demotion, 409, "last_owner");
  expectProblem(await lonely.owner.send("DELETE", `/api/v1/members/${user.id}`), 409, "last_owner");
});
