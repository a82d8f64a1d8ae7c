/** Files that hang together, and fields that are computed. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeShop, type Shop } from "./purchases.ts";
import { openSite, read, type Site } from "./site.ts";

let site: Site;
let page: Page;
let shop: Shop;

beforeAll(async () => {
  site = await openSite();
  shop = await makeShop(site);
  page = await site.enter();
});
afterAll(() => site?.close());

const relations = () => page.getByRole("region", { name: "Relations" });

test("W77 a relation is added where a field points, and shown at both ends", async () => {
  await page.goto(`/files/${shop.purchases}`);
  await relations().getByText("If a field holds keys of another file").waitFor();
  await page.getByRole("button", { name: "Add relation" }).click();
  const dialog = page.getByRole("dialog");
  expect(await dialog.getByRole("combobox", { name: "Field of Purchases" }).inputValue()).toBe("customer_id");
  expect(await dialog.getByRole("combobox", { name: "holds keys of" }).inputValue()).toBe("Customers");
  expect(await dialog.getByLabel("There, the rows here are called").inputValue()).toBe("purchases");
  await page.keyboard.press("Escape");
  await dialog.getByRole("button", { name: "Add relation" }).click();
  await relations().getByText("Ready").waitFor();
  await relations().getByRole("link", { name: "Customers" }).click();
  await page.waitForURL(new RegExp(shop.dataset));
  await relations().getByText("rows of Purchases, whose customer_id points here").waitFor();
  await relations().getByText("Ready").waitFor();
});

test("W77 a relation that a segment reads is not deleted, and says so", async () => {
  const where = { combinator: "and", rules: [] };
  await site.call("POST", "/segments", {
    dataset_id: shop.dataset,
    name: "Buyers",
    query: { combinator: "and", rules: [{ related: "purchases", quantifier: "any", where }] },
  });
  await page.goto(`/files/${shop.dataset}`);
  await page.getByRole("button", { name: "Delete the relation customer" }).click();
  await relations().getByText("purchases", { exact: true }).waitFor({ state: "detached" });
  await page.getByText("Not deleted").waitFor({ timeout: 20_000 });
  await relations().getByText("purchases", { exact: true }).waitFor();
});

test("W78 importing a file offers a relation where a column holds another file's keys", async () => {
  await page.goto("/files/new");
  const csv = "visit_id,customer_id,page\nv1,c1,/a\nv2,c2,/b\nv3,c1,/c\n";
  await page
    .locator("main input[type=file]")
    .or(page.locator("input[type=file]"))
    .first()
    .setInputFiles({ name: "visits.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  const offer = page.getByRole("checkbox", { name: "customer_id points at Customers" });
  await offer.waitFor();
  expect(await offer.isChecked()).toBe(true);
  await page.getByText("2 of the first 2 values are keys there").waitFor();
  await page.getByRole("button", { name: "Import 3 rows" }).click();
  await page.waitForURL(/\/files\/ds_/);
  await relations().getByText("Ready").waitFor({ timeout: 30_000 });
  const query = {
    combinator: "and",
    rules: [{ related: "visits", quantifier: "at_least", n: 2, where: { combinator: "and", rules: [] } }],
  };
  const preview = () => site.call<{ count: number }>("POST", "/segments/preview", { dataset_id: shop.dataset, query });
  await expect.poll(async () => (await preview()).count, { timeout: 20_000 }).toBe(1);
});

test("W73 a computed field is checked as it is written, and used like any other", async () => {
  await page.goto(`/files/${shop.dataset}`);
  await page.getByRole("button", { name: "Add a computed field" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("spend_twice");
  await dialog.getByLabel("Formula", { exact: true }).fill("spend * two");
  await dialog.getByRole("alert").waitFor();
  expect(await dialog.getByRole("button", { name: "Add the field" }).isDisabled()).toBe(true);
  await dialog.getByLabel("Formula", { exact: true }).fill("spend * 2");
  await dialog.getByText("Yields: number").waitFor();
  await dialog.getByRole("button", { name: "Add the field" }).click();
  await page.getByRole("row", { name: /^c1.*240/ }).waitFor();
  await page.getByRole("row", { name: /^c1/ }).click();
  await page.getByRole("button", { name: "Change spend", exact: true }).waitFor();
  expect(await page.getByRole("button", { name: "Change spend_twice" }).isEnabled()).toBe(false);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Computed: spend * 2" }).click();
  await dialog.getByLabel("Formula", { exact: true }).fill("spend * 2 + 0.5");
  await dialog.getByRole("button", { name: "Save the formula" }).click();
  await page.getByRole("row", { name: /^c1.*240\.5/ }).waitFor();
  await page.goto(`/segments/new?dataset=${shop.dataset}`);
  await page.getByRole("button", { name: "Condition", exact: true }).click();
  await page.getByRole("combobox", { name: "Field" }).fill("spend_twice");
  await page.getByRole("option", { name: "spend_twice", exact: true }).click();
  await page.getByRole("combobox", { name: "Operator" }).click();
  await page.getByRole("option", { name: "is more than" }).click();
  await page.locator(".rule").getByLabel("Value").fill("200");
  await expect.poll(() => read(page.locator(".count-hero"))).toContain("2");
});
