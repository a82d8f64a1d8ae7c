/** A program of its own with a browser in front of it: what each file of browser tests runs against. */
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";
import { ensureChromium } from "../../scripts/lib/chromium.ts";
import { startNode } from "../hosts/node.ts";

export const OWNER = { email: "owner@example.com", password: "a long enough password" };

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const DESKTOP = { width: 1280, height: 800 };
const PATIENCE = 15_000;

export interface Site {
  readonly url: string;
  /** A page of nobody who is signed in. */
  visit(options?: BrowserContextOptions): Promise<Page>;
  /** A page of the owner. */
  enter(options?: BrowserContextOptions): Promise<Page>;
  /** The API as the owner; throws with the problem when it refuses. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** What the program has printed. */
  printed(): string;
  /** Kills the program, runs the task, and starts the program again at the same address over the same data. */
  without(task: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** With `owner: false` the installation begins without one, as a first start without settings does. */
export async function openSite({ owner = true } = {}): Promise<Site> {
  const executablePath = ensureChromium();
  if (!executablePath) throw new Error("No Chromium was found; the line above says how to get one.");
  const env: Record<string, string> = owner
    ? { CUTTY_ADMIN_EMAIL: OWNER.email, CUTTY_ADMIN_PASSWORD: OWNER.password }
    : {};
  let program = await startNode({ env });
  const { url, dataDir } = program;
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  const cookie = owner ? await signIn(url) : "";
  return {
    url,
    visit: (options) => openPage(browser, url, options),
    enter: async (options) => {
      const page = await openPage(browser, url, options);
      const [name = "", value = ""] = cookie.split("=");
      await page.context().addCookies([{ name, value, url }]);
      return page;
    },
    call: (method, path, body) => call(url, cookie, method, path, body),
    printed: () => program.output(),
    without: async (task) => {
      await program.kill();
      await task();
      program = await startNode({ env: { ...env, PORT: new URL(url).port }, dataDir });
    },
    close: async () => {
      await browser.close();
      await program.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function openPage(browser: Browser, baseURL: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL, viewport: DESKTOP, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  return page;
}

async function signIn(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/auth/sign-in`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(OWNER),
  });
  return (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}

async function call<T>(url: string, cookie: string, method: string, path: string, body?: unknown): Promise<T> {
  const isText = typeof body === "string";
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { cookie, "content-type": isText ? "text/csv" : "application/json" },
    body: body === undefined || isText ? body : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

/** An element's text, as it stands in the document. */
export const read = async (locator: Locator): Promise<string> => (await locator.textContent()) ?? "";

/** A file of the shared data, from `CUTTY_SHARED` or the folder beside the repository. */
export function sharedFile(name: string): string {
  const folder = resolve(process.env.CUTTY_SHARED ?? resolve(import.meta.dirname, "../../../shared"), "data");
  const path = join(folder, name);
  try {
    readFileSync(path);
  } catch {
    throw new Error(`${name} is not in ${folder}. Set CUTTY_SHARED to the folder that holds data/${name}.`);
  }
  return path;
}
