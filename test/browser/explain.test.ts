/** What a segment tells of itself: why a record is in or out, how it is found, what it was before. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeShop, type Shop } from "./purchases.ts";
import { openSite, read, type Site } from "./site.ts";

let site: Site;
let page: Page;
let shop: Shop;
let segment: string;

const equals = (value: string) => ({ field: "state", operator: "equals", value });
const group = (combinator: string, ...rules: unknown[]) => ({ combinator, rules });
const lately = { field: "joined", operator: "in_last", value: { n: 30, unit: "day" } };
const FIRST = group("and", group("or", equals("CA"), equals("NY"), equals("TX")), lately);

beforeAll(async () => {
  site = await openSite();
  shop = await makeShop(site);
  ({ id: segment } = await site.call<{ id: string }>("POST", "/segments", {
    dataset_id: shop.dataset,
    name: "New ones",
    query: FIRST,
  }));
  page = await site.enter();
});
afterAll(() => site?.close());

const hero = () => read(page.locator(".count-hero"));

test("W76 a member says why it is one, with what was seen and how long that lasts", async () => {
  await page.goto(`/segments/${segment}`);
  await expect.poll(hero).toContain("2");
  await page.getByRole("row", { name: /^c1/ }).click();
  const why = page.getByRole("region", { name: "Why in or out of New ones" });
  await why.getByText("In", { exact: true }).waitFor();
  const lines = await why.locator(".why-line").allTextContents();
  expect(lines[0]).toMatch(/^Yes:state is “CA”seen: CA$/);
  expect(lines[1]).toMatch(/^No:state is “NY”seen: CA$/);
  expect(lines[3]).toMatch(/^Yes:joined is in the last 30 daysseen: \d{4}-\d\d-\d\d · until \d{4}-\d\d-\d\d 00:00$/);
});

test("W76 a record outside says which condition keeps it out, and follows its changes", async () => {
  await page.goto(`/segments/${segment}?view=explain`);
  await page.getByLabel("Key of a record").fill("c4");
  await page.keyboard.press("Enter");
  const why = page.getByRole("region", { name: "Why in or out of New ones" });
  await why.getByText("Not in", { exact: true }).waitFor();
  expect(await read(why.locator(".why-line").last())).toMatch(/^No:joined/);
  expect(page.url()).toContain("record=c4");
  const joined = new Date().toISOString().slice(0, 10);
  await site.call("PATCH", `/datasets/${shop.dataset}/records/c4`, { data: { joined } });
  await why.getByText("In", { exact: true }).waitFor();
});

test("W76 a file's record can be asked about any segment", async () => {
  await page.goto(`/files/${shop.dataset}?record=c3`);
  await page.getByRole("combobox", { name: "Why in or out of" }).click();
  await page.getByRole("option", { name: /Californians/ }).click();
  const why = page.getByRole("region", { name: "Why in or out of Californians" });
  await why.getByText("Not in", { exact: true }).waitFor();
});

test("W75 the plan shows what each condition finds and costs, and a better form is taken at one press", async () => {
  await page.goto(`/segments/${segment}?view=explain`);
  const plan = page.getByRole("table", { name: "Conditions in the order of their evaluation" });
  await plan.getByRole("row").nth(1).waitFor();
  expect(await plan.getByRole("row").count()).toBe(5);
  expect(await read(plan.getByRole("row", { name: /joined is in the last/ }))).toMatch(/3360\.0 %.* ms/);
  const hint = page.getByRole("list", { name: "Hints" }).getByText(/is one of/);
  await hint.waitFor();
  await page.getByRole("button", { name: "Do so" }).click();
  await hint.waitFor({ state: "detached" });
  const { query } = await site.call<{ query: unknown }>("GET", `/segments/${segment}`);
  expect(JSON.stringify(query)).toContain('"in","value":["CA","NY","TX"]');
});

test("W74 each version says who made it and which words changed; any can be restored, and that undone", async () => {
  const rich = { field: "spend", operator: "greater_than", value: 100 };
  await site.call("PATCH", `/segments/${segment}`, { query: group("and", rich) });
  await page.goto(`/segments/${segment}?view=versions`);
  const versions = page.getByRole("list", { name: "Versions" }).getByRole("listitem");
  await expect.poll(() => versions.count()).toBe(3);
  expect(await read(versions.nth(0))).toMatch(/Version 3.*owner@example\.com.*now/);
  expect(await versions.nth(0).locator("ins").allTextContents()).toEqual([
    expect.stringContaining("spend is more than 100"),
  ]);
  await expect.poll(hero).toContain("2");
  await versions.nth(2).getByRole("button", { name: "Restore" }).click();
  await expect.poll(() => versions.count()).toBe(4);
  await expect.poll(hero).toContain("3");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(hero).toContain("2");
  const { query } = await site.call<{ query: unknown }>("GET", `/segments/${segment}`);
  expect(query).toEqual(group("and", rich));
});
