/** The main job, by hand: a file in, a segment out, exact as rows change, its members at a destination. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OWNER, openSite, read, type Site, sharedFile } from "./site.ts";

/** What `awk` counts in the file. */
const CHURNERS = 764;

let site: Site;
let page: Page;

beforeAll(async () => {
  site = await openSite();
  page = await site.visit();
});
afterAll(() => site?.close());

const hero = () => page.locator(".count-hero").first();

describe("from a file to an audience", () => {
  test("W1 an address opened by nobody leads through sign-in to itself", async () => {
    await page.goto("/files");
    await page.waitForURL(/\/sign-in/);
    await page.getByLabel("E-mail").fill(OWNER.email);
    await page.locator("input[name=password]").fill(OWNER.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(/\/files$/);
    await page.getByText("Begin with a file of customers").waitFor();
  });

  test("W12 a dropped file shows its columns, their types and its key before anything is imported", async () => {
    await drop(page, sharedFile("telco-customers.csv"));
    await page.waitForURL(/upload=/);
    await page.getByRole("button", { name: "Import 7,043 rows" }).waitFor();
    expect(await page.getByLabel("Type of MonthlyCharges", { exact: true }).first().inputValue()).toBe("Number");
    expect(await page.getByLabel("Type of Contract", { exact: true }).first().inputValue()).toBe("Text");
    expect(await page.getByRole("combobox", { name: "Key" }).inputValue()).toBe("customerID");
    expect(await site.call<{ data: unknown[] }>("GET", "/datasets")).toMatchObject({ data: [] });
  });

  test("W13 an import reports what it did, and its rows are there", async () => {
    await page.getByRole("button", { name: "Import 7,043 rows" }).click();
    await page.waitForURL(/\/files\/ds_/);
    const report = page.getByRole("region", { name: "Import", exact: true });
    await report.getByText("Imported").waitFor({ timeout: 30_000 });
    expect(
      await read(
        report
          .locator("div", { hasText: /^added/i })
          .locator("dd")
          .first(),
      ),
    ).toBe("7,043");
    await expect.poll(() => read(hero()), { timeout: 10_000 }).toContain("7,043");
    await page.getByRole("row", { name: /7590-VHVEG/ }).waitFor();
  });

  test("W37 the count follows every edit of the conditions, exactly", async () => {
    await page.getByRole("link", { name: "New segment" }).click();
    await page.getByLabel("Name of the segment").fill("High-value churners");
    await condition(0, "Contract", "is", "Month-to-month");
    await expect.poll(() => read(hero())).toContain("3,875");
    await condition(1, "MonthlyCharges", "is more than", "80");
    await condition(2, "Churn", "is", "Yes");
    await expect.poll(() => read(hero())).toContain(`${CHURNERS}`);
    await page.getByText(/Contract is “Month-to-month”/).waitFor();
    expect(await page.getByRole("table", { name: "Some who match" }).getByRole("row").count()).toBe(11);
    await page.getByRole("button", { name: "Save" }).click();
    await page.waitForURL(/\/segments\/seg_/);
    await page.getByRole("table", { name: "Members of High-value churners" }).getByRole("row").nth(1).waitFor();
  });

  test("W40 a changed record moves the count, the members and the latest moves without a reload", async () => {
    await expect.poll(() => read(hero())).toContain(`${CHURNERS}`);
    const dataset = await onlyDataset();
    await site.call("PATCH", `/datasets/${dataset}/records/9305-CDSKC`, { data: { Churn: "No" } });
    await expect.poll(() => read(hero())).toContain(`${CHURNERS - 1}`);
    const left = page.getByRole("list", { name: "Latest entries and exits" }).getByRole("listitem");
    await expect.poll(() => read(left.first())).toMatch(/^9305-CDSKCleft/);
    await page.getByRole("row", { name: /^9305-CDSKC/ }).waitFor({ state: "detached" });
  });

  test("W41 a sync sends the members' hashes, and the account's view shows them", async () => {
    const dataset = await onlyDataset();
    const emails = ["7892-POOKP", "0280-XJGEX", "6467-CHFZW"];
    const rows = emails.map((customerID, i) => ({ customerID, email: `member${i}@example.com` }));
    await site.call("POST", `/datasets/${dataset}/records`, rows);
    await page.goto("/activation");
    await page.getByRole("button", { name: "Connect a sandbox account" }).click();
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await page.waitForURL(/\/activation\/dst_/);
    await page.goto("/activation");
    await page.getByRole("button", { name: "New sync" }).click();
    await choose("Segment", "High-value churners");
    await page.getByRole("button", { name: "Start syncing" }).click();
    await page.waitForURL(/\/activation\/syncs\//);
    await page.getByText("In sync", { exact: true }).waitFor({ timeout: 20_000 });
    await expect.poll(() => read(hero()), { timeout: 20_000 }).toContain("3");
    await page.getByRole("link", { name: "Sandbox Ads" }).click();
    const hashes = page.getByRole("table", { name: "Hashed e-mails" }).getByRole("row");
    await expect.poll(() => hashes.count()).toBe(4);
    expect(await read(hashes.nth(1))).toMatch(/^[0-9a-f]{64}$/);
  });
});

/** Adds a condition with the mouse and fills it. */
async function condition(at: number, field: string, operator: string, value: string): Promise<void> {
  await page.getByRole("button", { name: "Condition", exact: true }).click();
  const row = page.locator(".rule").nth(at);
  await row.getByRole("combobox", { name: "Field" }).fill(field);
  await page.getByRole("option", { name: field, exact: true }).click();
  await row.getByRole("combobox", { name: "Operator" }).click();
  await page.getByRole("option", { name: operator, exact: true }).click();
  await row.getByLabel("Value", { exact: true }).fill(value);
}

async function choose(label: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: label }).click();
  await page.getByRole("option", { name: option }).click();
}

async function onlyDataset(): Promise<string> {
  const { data } = await site.call<{ data: { id: string }[] }>("GET", "/datasets");
  return data[0]?.id ?? "";
}

/** Drops a file on the view as a person would. */
async function drop(target: Page, path: string): Promise<void> {
  const file = await target.evaluateHandle(
    (text) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], "telco-customers.csv", { type: "text/csv" }));
      return transfer;
    },
    readFileSync(path, "utf8"),
  );
  await target.dispatchEvent("body", "dragenter", { dataTransfer: file });
  await target.getByText("Drop to import").waitFor();
  await target.getByText("Drop to import").dispatchEvent("drop", { dataTransfer: file });
}
