/** Keys: made, shown once, used, changed, rolled, revoked; and which segments the API shows. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCustomers } from "./customers.ts";
import { openSite, type Site } from "./site.ts";

let site: Site;

beforeAll(async () => {
  site = await openSite();
  await makeCustomers(site);
});
afterAll(() => site?.close());

const ask = (key: string, path = "/segments") =>
  fetch(`${site.url}/api/v1/public${path}`, { headers: { "x-api-key": key } });

test("W90 W91 a key is made for chosen things, shown once, and sees the segments that are switched on", async () => {
  const page = await site.enter();
  await page.goto("/keys");
  await page.getByText("No keys yet").waitFor();
  await page.getByRole("button", { name: "New key" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Partner");
  await page.getByRole("checkbox", { name: "Read activations" }).check();
  await page.getByRole("textbox", { name: "Of members, an hour" }).fill("250");
  await page.getByRole("button", { name: "Make the key" }).click();
  const key = await page.getByRole("textbox", { name: "The key" }).inputValue();
  expect(key).toMatch(/^ck_live_/);
  expect(await (await ask(key)).json()).toMatchObject({ data: [] });

  await page.getByRole("switch", { name: "Show Californians through the API" }).click({ force: true });
  await expect
    .poll(async () => ((await (await ask(key)).json()) as { data: { name: string }[] }).data.map(({ name }) => name))
    .toEqual(["Californians"]);
  await page.getByRole("button", { name: "Done" }).click();
  await page.reload();
  await page.getByText("250 of members an hour").waitFor();
  expect(await page.getByRole("textbox", { name: "The key" }).count()).toBe(0);
  expect(await page.content()).not.toContain(key.slice(-43));
});

test("W92 a key is changed, rolled with an overlap, and revoked with a way back", async () => {
  const page = await site.enter();
  await page.goto("/keys");
  const more = () => page.getByRole("button", { name: /^More about/ }).click();
  await more();
  await page.getByRole("menuitem", { name: "Change" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Partner two");
  await page.getByRole("checkbox", { name: "Read members" }).uncheck();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Partner two").waitFor();

  await more();
  await page.getByRole("menuitem", { name: /^Roll/ }).click();
  const key = await page.getByRole("textbox", { name: "The key" }).inputValue();
  await page.getByText("old secret good until").waitFor();
  const { data } = (await (await ask(key)).json()) as { data: { id: string }[] };
  expect((await ask(key, `/segments/${data[0]?.id}/members`)).status).toBe(403);

  await more();
  await page.getByRole("menuitem", { name: "Revoke" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  expect((await ask(key)).status).toBe(200);
  await page.getByText("Partner two").first().waitFor();
  await more();
  await page.getByRole("menuitem", { name: "Revoke" }).click();
  await page.getByText("No keys yet").waitFor();
  await expect.poll(async () => (await ask(key)).status, { timeout: 15_000 }).toBe(401);
});
