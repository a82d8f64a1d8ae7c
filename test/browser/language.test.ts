/** The whole query language, said in the builder: time, related records, lookups, segments, formulas. */
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeShop, relate, type Shop } from "./purchases.ts";
import { openSite, read, type Site } from "./site.ts";

let site: Site;
let page: Page;
let shop: Shop;

beforeAll(async () => {
  site = await openSite();
  shop = await makeShop(site);
  await relate(site, shop);
  page = await site.enter();
});
afterAll(() => site?.close());
beforeEach(async () => {
  await page.goto(`/segments/new?dataset=${shop.dataset}`);
  await expect.poll(count).toBe("5");
});

const count = async () => (await read(page.locator(".count-hero"))).replace("members", "").trim();
const words = () => read(page.locator(".words .sentence"));
const rule = (at = 0) => page.locator(".rule").nth(at);
const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");

describe("the builder says", () => {
  test("W65 how long ago, as a number and a unit, and which period", async () => {
    await about("joined");
    expect(await rule().getByRole("combobox", { name: "Operator" }).inputValue()).toBe("is in the last");
    await expect.poll(count).toBe("2");
    await rule().getByLabel("Length").fill("10");
    await choose(rule(), "Unit", "weeks");
    await expect.poll(count).toBe("3");
    await expect.poll(words).toMatch(/joined is in the last 10 weeks/);
    await rule().getByRole("combobox", { name: "Unit" }).click();
    expect(await page.getByRole("option").allTextContents()).not.toContain("hours");
    await page.keyboard.press("Escape");
    await choose(rule(), "Operator", "is not in the last");
    await expect.poll(count).toBe("2");
    await choose(rule(), "Operator", "is in");
    await page.getByText("Complete the marked condition to count it.").waitFor();
    await choose(rule(), "Period", "tomorrow");
    await expect.poll(count).toBe("0");
  });

  test("W66 what related records there are, without a mouse", async () => {
    await page.getByRole("button", { name: "Condition", exact: true }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(focused).toBe("Field");
    await page.keyboard.type("purch");
    await page.keyboard.press("Enter");
    await expect.poll(focused).toBe("Which of them");
    await expect.poll(count).toBe("3");
    await tabTo("At any time");
    await page.keyboard.press("Enter");
    await expect.poll(focused).toBe("Length");
    await expect.poll(count).toBe("2");
    await tabTo("Where…");
    await page.keyboard.press("Enter");
    await expect.poll(focused).toBe("Field");
    await page.keyboard.type("amount");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Operator");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.type("50");
    await expect.poll(count).toBe("1");
    await expect.poll(words).toMatch(/purchases whose amount is more than 50 in the last 30 days/);
  });

  test("W66 how many related records, and what they add up to", async () => {
    await about("purchases");
    await choose(rule(), "Which of them", "at least");
    await rule().getByLabel("How many").fill("3");
    await expect.poll(count).toBe("1");
    await choose(rule(), "Which of them", "none");
    await expect.poll(count).toBe("2");
    await choose(rule(), "Which of them", "sum");
    await choose(rule(), "Of which field", "amount");
    await choose(rule(), "Operator", "is more than");
    await rule().getByLabel("Value").fill("150");
    await expect.poll(count).toBe("2");
    await choose(rule(), "Which of them", "last");
    await choose(rule(), "Of which field", "product");
    await choose(rule(), "In which order", "bought_on");
    await rule().getByLabel("Value").fill("coat");
    await page.keyboard.press("Tab");
    await expect.poll(count).toBe("2");
    await page.getByRole("button", { name: "At any time" }).click();
    await expect.poll(count).toBe("1");
    await page.getByRole("button", { name: "At any time" }).click();
    await expect.poll(count).toBe("2");
  });

  test("W62 one menu turns a condition into another kind, and the focus goes on to what is asked next", async () => {
    await about("purchases");
    await page.getByRole("button", { name: "Where…" }).click();
    await page.keyboard.type("amount");
    await page.keyboard.press("Enter");
    for (const [subject, next] of [
      ["state", "Operator"],
      ["purchases", "Which of them"],
      ["formula…", "Formula"],
    ] as const) {
      await rule().getByRole("combobox", { name: "Field" }).fill(subject);
      await page.getByRole("option", { name: subject, exact: true }).waitFor();
      await expect.poll(() => page.locator("[data-combobox-selected]").allTextContents()).toEqual([subject]);
      await page.keyboard.press("Enter");
      await expect.poll(focused).toBe(next);
    }
    expect(await page.locator(".rule").count()).toBe(1);
  });

  test("W29 the count follows the related records, too", async () => {
    await about("purchases");
    await expect.poll(count).toBe("3");
    const bought = { purchase_id: "p9", customer_id: "c5", amount: 5 };
    await site.call("POST", `/datasets/${shop.purchases}/records`, [bought]);
    await expect.poll(count).toBe("4");
    await site.call("DELETE", `/datasets/${shop.purchases}/records/p9`);
    await expect.poll(count).toBe("3");
  });

  test("W79 what the record that a field points at is like", async () => {
    await about("store › region");
    await rule().getByLabel("Value").fill("west");
    await expect.poll(count).toBe("2");
    await expect.poll(words).toMatch(/region is “west”/);
  });

  test("W67 that a record is in another segment or not, and the other's name", async () => {
    await more("In a segment");
    await expect.poll(focused).toBe("Segment");
    await page.getByRole("option", { name: /Californians/ }).click();
    await expect.poll(count).toBe("3");
    await choose(rule(), "Operator", "is not in segment");
    await expect.poll(count).toBe("2");
    await expect.poll(words).toMatch(/not in .*Californians/);
  });

  test("W67 a segment is not offered to itself, and one in a circle is refused at its condition", async () => {
    const query = { combinator: "and", rules: [{ segment: shop.segment, operator: "member" }] };
    const outer = await site.call<{ id: string }>("POST", "/segments", {
      dataset_id: shop.dataset,
      name: "Around them",
      query,
    });
    await page.goto(`/segments/${shop.segment}/edit`);
    await expect.poll(count).toBe("3");
    await more("In a segment");
    const offered = () => page.getByRole("option").allTextContents();
    await expect.poll(offered).toEqual([expect.stringContaining("Around them")]);
    await page.getByRole("option", { name: /Around them/ }).click();
    await page.getByRole("button", { name: "Save" }).click();
    expect(await read(page.locator("main").getByRole("alert").first())).toMatch(/Around them/);
    await site.call("DELETE", `/segments/${outer.id}`);
  });

  test("W70 a formula: names are completed, what is wrong is marked in it and mended at one press", async () => {
    await more("Formula");
    await expect.poll(focused).toBe("Formula");
    await page.keyboard.type("spnd > 50 and sta");
    await page.getByRole("option", { name: /state/ }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.type(' == "CA"');
    expect(await page.getByLabel("Formula", { exact: true }).inputValue()).toBe('spnd > 50 and state == "CA"');
    const line = page.locator(".rule-line");
    await line.getByRole("alert").waitFor();
    await expect.poll(() => read(line.locator("[data-marked]"))).toBe("spnd");
    await line.getByRole("button", { name: "Use spend" }).click();
    await expect.poll(count).toBe("2");
    await line.getByRole("alert").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "What a formula may hold" }).click();
    await page.getByText("days_between(").first().waitFor();
  });
});

test("W20 a segment with every kind of rule is opened, renamed and saved without another query", async () => {
  const all = (...rules: unknown[]) => ({ combinator: "and", rules });
  const query = all(
    { field: "joined", operator: "in_next", value: { n: 2, unit: "quarter" } },
    { via: "store", field: "region", operator: "starts_with", value: "W", match_case: true },
    {
      related: "purchases",
      aggregate: "average",
      of: "amount",
      within: { field: "bought_on", last: { n: 1, unit: "year" } },
      where: { combinator: "or", not: true, rules: [{ field: "product", operator: "in", value: ["Hat", "Bag"] }] },
      operator: "between",
      value: [10, 99.5],
    },
    { related: "purchases", quantifier: "exactly", n: 0, where: all() },
    { segment: shop.segment, operator: "not_member" },
    { formula: "spend * 2 > 10 or `state` == 'NY'" },
  );
  const made = await site.call<{ id: string }>("POST", "/segments", { dataset_id: shop.dataset, name: "All", query });
  const before = await site.call<{ query: unknown }>("GET", `/segments/${made.id}`);
  await page.goto(`/segments/${made.id}/edit`);
  await page.getByText("computed").first().waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.waitForURL(/\/segments\/seg_[a-z0-9]+$/);
  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByLabel("Name of the segment").fill("All, renamed");
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(/\/segments\/seg_[a-z0-9]+$/);
  const after = await site.call("GET", `/segments/${made.id}`);
  expect(after).toMatchObject({ name: "All, renamed", version: 1, query: before.query });
});

/** Adds a condition and says what it is about. */
async function about(subject: string): Promise<void> {
  const at = await page.locator(".rule").count();
  await page.getByRole("button", { name: "Condition", exact: true }).first().click();
  await rule(at).getByRole("combobox", { name: "Field" }).fill(subject);
  await page.getByRole("option", { name: subject, exact: true }).click();
}

async function more(item: string): Promise<void> {
  await page.getByRole("button", { name: "More", exact: true }).last().click();
  await page.getByRole("menuitem", { name: item }).click();
}

async function choose(within: Locator, label: string, option: string): Promise<void> {
  await within.getByRole("combobox", { name: label, exact: true }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
}

/** Presses Tab until a button has the focus. */
async function tabTo(name: string): Promise<void> {
  const text = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
  for (let presses = 0; presses < 8 && (await text()) !== name; presses++) await page.keyboard.press("Tab");
  expect(await text()).toBe(name);
}
