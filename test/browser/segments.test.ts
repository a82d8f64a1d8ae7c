/** The list of segments, and an edit while others work. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Made, makeCustomers } from "./customers.ts";
import { openSite, read, type Site } from "./site.ts";

let site: Site;
let page: Page;
let made: Made;

beforeAll(async () => {
  site = await openSite();
  made = await makeCustomers(site);
  page = await site.enter();
  for (const [name, operator, tags] of [
    ["Alphabet", "is_not_empty", ["mail"]],
    ["Zoo", "is_empty", []],
  ] as const) {
    const query = { combinator: "and", rules: [{ field: "email", operator }] };
    await site.call("POST", "/segments", { dataset_id: made.dataset, name, tags, query });
  }
});
afterAll(() => site?.close());

const names = () => page.getByRole("table", { name: "Segments" }).locator(".title").allTextContents();

test("W55 the list of segments is sorted and searched, and its address says how", async () => {
  await page.goto("/segments");
  await page.getByRole("button", { name: "Name" }).click();
  await expect.poll(names).toEqual(["Alphabet", "Californians", "Zoo"]);
  await page.getByRole("button", { name: "Members" }).click();
  await expect.poll(names).toEqual(["Alphabet", "Californians", "Zoo"]);
  await page.getByRole("button", { name: "Members" }).click();
  await expect.poll(names).toEqual(["Zoo", "Californians", "Alphabet"]);
  await page.getByRole("searchbox", { name: "Search segments" }).fill("cali");
  await expect.poll(names).toEqual(["Californians"]);
  await expect.poll(() => page.url()).toContain("q=cali");
  await page.reload();
  await expect.poll(names).toEqual(["Californians"]);
  await page.getByRole("searchbox", { name: "Search segments" }).fill("");
  await page.getByRole("button", { name: "Only tag mail" }).click();
  await expect.poll(names).toEqual(["Alphabet"]);
});

test("W56 an edit does not write over what somebody else saved meanwhile", async () => {
  await page.goto(`/segments/${made.segment}/edit`);
  await expect.poll(() => read(page.locator(".count-hero"))).toContain("3");
  const theirs = { combinator: "and", rules: [{ field: "state", operator: "equals", value: "NY" }] };
  await site.call("PATCH", `/segments/${made.segment}`, { query: theirs });
  await page.locator(".rule").getByLabel("Value", { exact: true }).fill("TX");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").getByText("Not saved.").waitFor();
  const { query } = await site.call<{ query: unknown }>("GET", `/segments/${made.segment}`);
  expect(query).toEqual(theirs);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Leave" }).click();
  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByLabel("Name of the segment").fill("New Yorkers");
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(/\/segments\/seg_[a-z0-9]+$/);
  const saved = await site.call("GET", `/segments/${made.segment}`);
  expect(saved).toMatchObject({ name: "New Yorkers", query: theirs });
});

test("W57 a verification says that the membership is exact", async () => {
  await page.goto(`/segments/${made.segment}`);
  await page.getByRole("button", { name: "Verify" }).click();
  await page.getByRole("dialog").getByText("Exact. 5 rows were evaluated again").waitFor();
});

test("W58 a session that ended leads to sign-in and back to the view", async () => {
  await page.goto("/segments");
  await page.getByText("New Yorkers").first().waitFor();
  await page.context().clearCookies();
  // News of a segment that the page does not know makes it ask the program again.
  const query = { combinator: "and", rules: [] };
  await site.call("POST", "/segments", { dataset_id: made.dataset, name: "News", query });
  await page.waitForURL(/\/sign-in\?next=%2Fsegments/);
});
