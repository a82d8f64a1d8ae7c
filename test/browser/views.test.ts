/** What holds in every view: it fits a phone, everything has a name, ⌘K reaches it, deletions can be undone. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeShop, relate, type Shop } from "./purchases.ts";
import { openSite, read, type Site } from "./site.ts";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };

let site: Site;
let made: Shop;
/** The edit of a segment with every kind of condition. */
let everything: string;

beforeAll(async () => {
  site = await openSite();
  made = await makeShop(site);
  await relate(site, made);
  const { id } = await site.call<{ id: string }>("POST", "/segments", {
    dataset_id: made.dataset,
    name: "Everything",
    query: EVERY_KIND(made.segment),
  });
  everything = `/segments/${id}/edit`;
  const destination = await site.call<{ id: string }>("POST", "/destinations", {
    type: "sandbox",
    name: "Sandbox Ads",
  });
  const mapping = { email: "email" };
  await site.call("POST", "/syncs", { segment_id: made.segment, destination_id: destination.id, mapping });
});
afterAll(() => site?.close());

const all = (...rules: unknown[]) => ({ combinator: "and", rules });
const month = { n: 30, unit: "day" };
const EVERY_KIND = (segment: string) =>
  all(
    { field: "joined", operator: "in_last", value: month },
    { field: "joined", operator: "in_period", value: "last_quarter" },
    { field: "state", operator: "in", value: ["CA", "NY"] },
    {
      related: "purchases",
      quantifier: "at_least",
      n: 2,
      within: { field: "bought_on", last: month },
      where: all(
        { field: "amount", operator: "between", value: [10, 50] },
        all({ field: "product", operator: "is_empty" }),
      ),
    },
    {
      related: "purchases",
      aggregate: "last",
      of: "product",
      order_by: "bought_on",
      operator: "equals",
      value: "Coat",
      where: all(),
    },
    { segment, operator: "not_member" },
  );

const views = () => [
  "/",
  "/files",
  "/files/new",
  `/files/${made.dataset}`,
  `/files/${made.dataset}?record=c1`,
  "/segments",
  `/segments/new?dataset=${made.dataset}`,
  `/segments/${made.segment}`,
  `/segments/${made.segment}?view=explain&record=c1`,
  `/segments/${made.segment}?view=versions`,
  `/segments/${made.segment}/edit`,
  everything,
  "/activation",
  "/keys",
  "/settings",
];

describe("every view", () => {
  test("W4 fits a phone without scrolling sideways", async () => {
    const page = await site.enter(PHONE);
    for (const view of views()) {
      await open(page, view);
      const { inner, scroll } = await page.evaluate(() => ({
        inner: window.innerWidth,
        scroll: document.documentElement.scrollWidth,
      }));
      expect(scroll, view).toBeLessThanOrEqual(inner);
    }
    await page.context().close();
  });

  test("W5 every control and every picture has a name, and there is one main heading", async () => {
    const page = await site.enter();
    for (const view of views()) {
      await open(page, view);
      expect(await page.evaluate(nameless), view).toEqual([]);
      expect(await page.locator("main").count(), view).toBe(1);
    }
    await page.context().close();
  });

  test("W6 draws without an error of its own and without any other host", async () => {
    const page = await site.enter();
    const wrong: string[] = [];
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
    page.on("request", (request) => request.url().startsWith(site.url) || wrong.push(request.url()));
    for (const view of views()) await open(page, view);
    expect(wrong.filter((text) => !text.startsWith("data:") && !text.startsWith("blob:"))).toEqual([]);
    await page.context().close();
  });
});

describe("the keyboard", () => {
  test("W3 one key combination reaches every view, file and segment", async () => {
    const page = await site.enter();
    await open(page, "/settings");
    for (const [text, address] of [
      ["Californ", `/segments/${made.segment}`],
      ["Customers", `/files/${made.dataset}`],
      ["Activation", "/activation"],
    ] as const) {
      await page.keyboard.press("ControlOrMeta+k");
      await page.getByPlaceholder("Go to a view, a file or a segment").fill(text);
      await page
        .getByRole("button", { name: new RegExp(text) })
        .or(page.getByText(text))
        .first()
        .waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.pathname === address);
    }
    await page.context().close();
  });

  test("W7 the slash key goes to the search field, n begins a new segment", async () => {
    const page = await site.enter();
    await open(page, "/segments");
    await page.keyboard.press("/");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Search segments");
    await page.keyboard.press("Escape");
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press("n");
    await page.waitForURL(/\/segments\/new/);
    await page.context().close();
  });
});

describe("records and segments", () => {
  test("W15 a value is changed in its place, and the segments it is in follow", async () => {
    const page = await site.enter();
    await open(page, `/files/${made.dataset}?record=c2`);
    const segments = page.getByRole("region", { name: "Segments of this record" });
    await segments.getByText("Californians").waitFor();
    await page.getByRole("button", { name: "Change state" }).click();
    await page.getByRole("textbox", { name: "state" }).fill("WA");
    await page.keyboard.press("Enter");
    await segments.getByText("In no segment").waitFor();
    await site.call("PATCH", `/datasets/${made.dataset}/records/c2`, { data: { state: "CA" } });
    await segments.getByText("Californians").waitFor();
    await page.context().close();
  });

  test("W42 a deletion can be undone, and happens when it was not", async () => {
    const page = await site.enter();
    const query = { combinator: "and", rules: [] };
    const doomed = await site.call<{ id: string }>("POST", "/segments", {
      dataset_id: made.dataset,
      name: "Doomed",
      query,
    });
    const names = async () =>
      (await site.call<{ data: { name: string }[] }>("GET", "/segments")).data.map(({ name }) => name);
    const remove = async () => {
      await open(page, `/segments/${doomed.id}`);
      await page.getByRole("button", { name: "More" }).click();
      await page.getByRole("menuitem", { name: "Delete" }).click();
      await page.getByText("“Doomed” deleted").waitFor();
      expect(await page.getByRole("row", { name: /Doomed/ }).count()).toBe(0);
    };
    await remove();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("row", { name: /Doomed/ }).waitFor();
    expect(await names()).toContain("Doomed");
    await remove();
    await expect.poll(names, { timeout: 15_000 }).not.toContain("Doomed");
    await page.context().close();
  });

  test("W49 a view of something that is not there says so and what to do", async () => {
    const page = await site.enter();
    await page.goto("/segments/seg_nothing");
    await page.getByRole("alert").getByText("This segment could not be shown.").waitFor();
    await page.goto("/nowhere");
    await page.getByText("There is nothing at this address").waitFor();
    await page.context().close();
  });

  test("W50 a broken stream is shown quietly, and what was missed is there when it is back", async () => {
    const page = await site.enter();
    await open(page, `/segments/${made.segment}`);
    const hero = page.locator(".count-hero");
    await expect.poll(() => read(hero)).toContain("3");
    await site.without(() => page.getByText("Reconnecting…").first().waitFor());
    await site.call("PATCH", `/datasets/${made.dataset}/records/c4`, { data: { state: "OR" } });
    await expect.poll(() => read(hero), { timeout: 20_000 }).toContain("2");
    await page.getByText("Reconnecting…").first().waitFor({ state: "detached" });
    await page.context().close();
  });
});

/** Opens a view and waits until it has its data. */
async function open(page: Page, view: string): Promise<void> {
  await page.goto(view);
  await page.locator("main h1, main input, main h2").first().waitFor();
  await expect.poll(() => page.locator("[aria-busy=true]").count(), { timeout: 15_000 }).toBe(0);
}

/** Runs in the page: the controls and pictures that nothing names. */
function nameless(): string[] {
  const isShown = (element: Element) => element.checkVisibility({ visibilityProperty: true });
  const nameOf = (element: Element) =>
    element.getAttribute("aria-label") ??
    element.getAttribute("alt") ??
    element.getAttribute("title") ??
    [...((element as HTMLInputElement).labels ?? [])].map((label) => label.textContent).join("") ??
    "";
  return [...document.querySelectorAll("button, a, input, select, textarea, img, [role=table], [role=dialog]")]
    .filter(
      (element) =>
        isShown(element) && element.getAttribute("type") !== "hidden" && !element.hasAttribute("aria-hidden"),
    )
    .filter(
      (element) => `${nameOf(element)}${element.textContent}`.trim() === "" && !element.hasAttribute("aria-labelledby"),
    )
    .filter((element) => element.getAttribute("alt") !== "")
    .map((element) => element.outerHTML.slice(0, 160));
}
