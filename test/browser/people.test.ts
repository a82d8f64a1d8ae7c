/** People: invited by link, joined, and shown only what they may do. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCustomers } from "./customers.ts";
import { openSite, type Site } from "./site.ts";

let site: Site;

beforeAll(async () => {
  site = await openSite();
  await makeCustomers(site);
});
afterAll(() => site?.close());

test("W52 somebody joins by an invitation's link, and sees only what the role may do", async () => {
  const owner = await site.enter();
  await owner.goto("/settings");
  await owner.getByRole("textbox", { name: "E-mail" }).fill("viewer@example.com");
  await owner.getByRole("combobox", { name: "Role", exact: true }).click();
  await owner.getByRole("option", { name: "Viewer" }).click();
  await owner.getByRole("button", { name: "Make a link" }).click();
  const link = await owner.getByRole("textbox", { name: "Invitation link" }).inputValue();

  const guest = await site.visit();
  await guest.goto(link);
  await guest.getByLabel("Your name").fill("Vera");
  await guest.locator("input[name=password]").fill("a long enough password");
  await guest.getByRole("button", { name: "Join" }).click();
  await guest.getByText("Californians").first().waitFor();
  expect(await guest.getByRole("link", { name: "New segment" }).count()).toBe(0);
  await guest.goto("/files");
  await guest.getByText("Customers").first().waitFor();
  expect(await guest.getByRole("button", { name: "Import a file" }).count()).toBe(0);

  await owner.reload();
  await owner.getByText("viewer@example.com, since").waitFor();
});

test("W53 the workspace's name and time zone are changed in the settings", async () => {
  const page = await site.enter();
  await page.goto("/settings");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Northwind");
  await page.getByRole("combobox", { name: "Time zone" }).fill("Los_Angeles");
  await page.getByRole("option", { name: "America/Los_Angeles" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("complementary").getByText("Northwind").waitFor();
  expect(await site.call("GET", "/workspace")).toMatchObject({ name: "Northwind", time_zone: "America/Los_Angeles" });
});
