/** The builder's manners: the keyboard, what is wrong, what is missing, what the data suggests. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Made, makeCustomers } from "./customers.ts";
import { openSite, read, type Site } from "./site.ts";

let site: Site;
let page: Page;
let made: Made;

beforeAll(async () => {
  site = await openSite();
  made = await makeCustomers(site);
  page = await site.enter();
});
afterAll(() => site?.close());
beforeEach(async () => {
  await page.goto(`/segments/new?dataset=${made.dataset}`);
  await expect.poll(count).toBe("5");
});

const count = async () => (await read(page.locator(".count-hero"))).replace("members", "").trim();
const addCondition = () => page.getByRole("button", { name: "Condition", exact: true }).first();
const value = (at: number) => page.locator(".rule").nth(at).getByLabel("Value", { exact: true });

describe("the builder", () => {
  test("W39 a segment is built and saved without a mouse", async () => {
    await page.keyboard.type("Typed only");
    await addCondition().focus();
    await page.keyboard.press("Enter");
    await expect.poll(focused).toBe("Field");
    await page.keyboard.type("state");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Operator");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Value");
    await page.keyboard.type("CA");
    await expect.poll(count).toBe("3");
    await page.keyboard.press("ControlOrMeta+s");
    await page.waitForURL(/\/segments\/seg_/);
    await expect.poll(count).toBe("3");
  });

  test("W38 what the program refuses is marked where it is, and the last valid count stays, greyed", async () => {
    const retype = (type: string) =>
      site.call("PATCH", `/datasets/${made.dataset}`, { fields: [{ name: "spend", type }] });
    await addRule("state", "CA");
    await addRule("spend", "120");
    await expect.poll(count).toBe("1");
    await page.locator(".rule").nth(1).getByRole("combobox", { name: "Operator" }).click();
    await page.getByRole("option", { name: "is more than" }).click();
    await expect.poll(count).toBe("0");
    await retype("text");
    await value(1).fill("50");
    const wrong = page.locator(".rule-line").nth(1).getByRole("alert");
    await wrong.waitFor();
    expect(await read(wrong)).toMatch(/spend|greater_than/);
    expect(await page.locator(".rule-line").nth(0).getByRole("alert").count()).toBe(0);
    expect(await count()).toBe("0");
    expect(await page.locator(".count-hero").getAttribute("data-stale")).toBe("true");
    await retype("number");
    await value(1).fill("51");
    await wrong.waitFor({ state: "detached" });
    await expect.poll(count).toBe("2");
  });

  test("W45 a condition without a value is marked, is not counted, and is not saved", async () => {
    await page.getByLabel("Name of the segment").fill("Unfinished");
    await addRule("state", null);
    await page.getByText("Complete the marked condition to count it.").waitFor();
    expect(await count()).toBe("5");
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator(".rule-line").getByRole("alert").waitFor();
    expect(page.url()).toContain("/segments/new");
  });

  test("W46 values are suggested from the data, the most frequent first", async () => {
    await addRule("state", null);
    await value(0).click();
    await expect.poll(() => page.getByRole("option").allTextContents()).toHaveLength(3);
    const options = await page.getByRole("option").allTextContents();
    expect(options[0]).toMatch(/^CA3$/);
    await page.getByRole("option", { name: /^CA/ }).click();
    await expect.poll(count).toBe("3");
  });

  test("W47 groups nest, match any of their conditions, and can be turned around", async () => {
    await page.getByRole("button", { name: "Group", exact: true }).click();
    await fillRule(0, "state", "NY");
    const inner = page.locator(".ruleGroup .ruleGroup");
    await inner.getByRole("combobox", { name: "Match all or any" }).click();
    await page.getByRole("option", { name: "any" }).click();
    await inner.getByRole("button", { name: "Condition", exact: true }).click();
    await fillRule(1, "state", "TX");
    await expect.poll(count).toBe("2");
    await inner.locator(".not-toggle").getByRole("switch").click({ force: true });
    await expect.poll(count).toBe("3");
  });

  test("W48 leaving what is not saved asks first", async () => {
    await addRule("state", "CA");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Stay" }).click();
    expect(page.url()).toContain("/segments/new");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
    await page.waitForURL(/\/segments$/);
  });
});

const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");

async function addRule(field: string, text: string | null): Promise<void> {
  const at = await page.locator(".rule").count();
  await addCondition().click();
  await fillRule(at, field, text);
}

async function fillRule(at: number, field: string, text: string | null): Promise<void> {
  await page.locator(".rule").nth(at).getByRole("combobox", { name: "Field" }).fill(field);
  await page.getByRole("option", { name: field, exact: true }).click();
  if (text !== null) await value(at).fill(text);
}
