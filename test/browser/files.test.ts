/** Files again and again: what a second import asks, what rejected rows say, how types change. */
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
});
afterAll(() => site?.close());

const rows = async () => (await read(page.locator(".count-hero").first())).replace("rows", "").trim();
const report = () => page.getByRole("region", { name: "Import", exact: true });

test("W18 a replace that would remove much asks first, and removes when it was agreed to", async () => {
  await page.goto(`/files/${made.dataset}`);
  await choose("few.csv", "id,name,state\nc1,Ada,CA\nc9,Zoe,NV\n");
  await page.getByRole("radio", { name: "Replace" }).check();
  await page.getByRole("button", { name: "Import 2 rows" }).click();
  await report().getByText("Nothing was removed yet.").waitFor();
  await expect.poll(rows).toBe("6");
  await report().getByRole("button", { name: "Remove them and replace" }).click();
  await report().getByText("Imported", { exact: true }).waitFor();
  await expect.poll(rows).toBe("2");
});

test("W19 rows that cannot be taken are counted, and can be downloaded with line and reason", async () => {
  await page.goto(`/files/${made.dataset}`);
  await choose("blank.csv", "id,name\nc1,Ada\n,Nobody\n");
  await page.getByRole("button", { name: "Import 2 rows" }).click();
  const link = report().getByRole("link", { name: "Download 1 rejected row" });
  await link.waitFor();
  const download = page.waitForEvent("download");
  await link.click();
  const stream = await (await download).createReadStream();
  const text = Buffer.concat(await stream.toArray()).toString("utf8");
  expect(text).toMatch(/^line,/);
  expect(text).toContain("Nobody");
});

test("W51 a field's type can be changed later; its values are read anew", async () => {
  await page.goto(`/files/${made.dataset}`);
  await page.getByRole("combobox", { name: "Type of spend" }).click();
  await page.getByRole("option", { name: "Text", exact: true }).click();
  await page.getByText("spend is read as text now").waitFor();
  const { fields } = await site.call<{ fields: { name: string; type: string }[] }>("GET", `/datasets/${made.dataset}`);
  expect(fields).toContainEqual(expect.objectContaining({ name: "spend", type: "text" }));
});

async function choose(name: string, text: string): Promise<void> {
  const file = { name, mimeType: "text/csv", buffer: Buffer.from(text) };
  await page.getByRole("button", { name: "Import again" }).waitFor();
  await page.locator(".page-actions input[type=file]").setInputFiles(file);
  await page.waitForURL(/upload=/);
}
