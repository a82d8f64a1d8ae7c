/** The first minute of an installation: the printed link makes its owner. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSite, type Site } from "./site.ts";

let site: Site;

beforeAll(async () => {
  site = await openSite({ owner: false });
});
afterAll(() => site?.close());

test("W59 the printed link sets an installation up, once; before that, sign-in says where to find it", async () => {
  const page = await site.visit();
  await page.goto("/");
  await page.getByText("Open the one-time set-up link").waitFor();
  await expect.poll(() => site.printed()).toMatch(/\/set-up\?token=\S+/);
  const link = /\/set-up\?token=\S+/.exec(site.printed())?.[0] ?? "";

  await page.goto(link);
  await page.getByLabel("Workspace").fill("Northwind");
  await page.getByLabel("Your name").fill("Ada");
  await page.getByLabel("E-mail").fill("ada@example.com");
  await page.locator("input[name=password]").fill("a long enough password");
  await page.getByRole("button", { name: "Begin" }).click();
  await page.getByText("Begin with a file of customers").waitFor();
  await page.getByRole("complementary").getByText("Northwind").waitFor();

  const late = await site.visit();
  await late.goto(link);
  await late.getByLabel("E-mail").fill("eve@example.com");
  await late.locator("input[name=password]").fill("another long password");
  await late.getByRole("button", { name: "Begin" }).click();
  await late.getByRole("alert").getByText("Not set up.").waitFor();
});
