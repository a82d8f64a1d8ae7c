/** The whole program on the Node host in this process, in an empty data folder. Requests go straight to it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Host, openHost } from "../../hosts/node/host.ts";
import { settingsFrom } from "../../hosts/node/settings.ts";

/** For the hook that starts it: the first in a process loads all of the program. */
export const START_MS = 60_000;

const PUBLIC_URL = "http://cutty.test";
const OWNER = { email: "owner@example.com", password: "password" };

export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

interface Options {
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: BodyInit;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One browser: keeps its session cookie. */
export class Browser {
  readonly #host: Host;
  #cookie: string | null = null;

  constructor(host: Host) {
    this.#host = host;
  }

  async send<Body = Record<string, unknown>>(
    method: string,
    path: string,
    options: Options = {},
  ): Promise<Answer<Body>> {
    const headers = new Headers(options.headers);
    if (this.#cookie) headers.set("cookie", this.#cookie);
    const body = options.json === undefined ? options.body : JSON.stringify(options.json);
    if (options.json !== undefined) headers.set("content-type", "application/json");
    const request = new Request(`${PUBLIC_URL}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
    const response = await this.#host.program.fetch(request, this.#host.env, { waitUntil: () => undefined });
    const cookie = response.headers.get("set-cookie")?.split(";")[0];
    if (cookie) this.#cookie = cookie;
    const text = await response.text();
    const json = response.headers.get("content-type")?.includes("json") ?? false;
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : (text as Body) };
  }

  /** The body of an answer that has to be a success. */
  async ok<Body = Record<string, unknown>>(method: string, path: string, options: Options = {}): Promise<Body> {
    const answer = await this.send<Body>(method, path, options);
    if (answer.status < 300) return answer.body;
    throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }

  signIn(email: string, password: string): Promise<Record<string, unknown>> {
    return this.ok("POST", "/api/v1/auth/sign-in", { json: { email, password } });
  }
}

export interface TestProgram {
  readonly host: Host;
  /** Signed in as the owner of the installation. */
  readonly owner: Browser;
  /** Nobody yet. */
  browser(): Browser;
  /** Somebody of the owner's workspace with this role. */
  member(role: string): Promise<Browser>;
  close(): Promise<void>;
}

/** With `CUTTY_ADMIN_EMAIL` empty nobody has an account yet. */
export async function startProgram(environment: Readonly<Record<string, string>> = {}): Promise<TestProgram> {
  const data = await mkdtemp(join(tmpdir(), "cutty-api-"));
  const settings = settingsFrom({
    ...{ CUTTY_DATA: data, CUTTY_PUBLIC_URL: PUBLIC_URL, CUTTY_SECRET: "secret" },
    ...{ CUTTY_ADMIN_EMAIL: OWNER.email, CUTTY_ADMIN_PASSWORD: OWNER.password, ...environment },
  });
  const host = await openHost({ ...settings, threads: 1 });
  await host.program.start?.(host.env);
  const browser = () => new Browser(host);
  const owner = browser();
  if (environment.CUTTY_ADMIN_EMAIL !== "") await owner.signIn(OWNER.email, OWNER.password);
  const member = async (role: string) => {
    const email = `${role}-${Math.random().toString(36).slice(2)}@example.com`;
    const { url } = await owner.ok<{ url: string }>("POST", "/api/v1/invites", { json: { email, role } });
    const joined = browser();
    const token = new URL(url).searchParams.get("token");
    await joined.ok("POST", "/api/v1/auth/join", { json: { token, name: role, password: "password" } });
    return joined;
  };
  const close = async () => {
    await host.close();
    await rm(data, { recursive: true, force: true });
  };
  return { host, owner, browser, member, close };
}

let names = 0;

/** A dataset with the key field `id`; its id. */
export async function newDataset(browser: Browser, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const json = { name: `dataset ${++names}`, key: "id", ...more };
  return (await browser.ok<{ id: string }>("POST", "/api/v1/datasets", { json })).id;
}

/** A segment over the dataset; its id. */
export async function newSegment(
  browser: Browser,
  dataset_id: string,
  rules: readonly unknown[] = [],
): Promise<string> {
  const json = { dataset_id, name: `segment ${++names}`, query: { combinator: "and", rules } };
  return (await browser.ok<{ id: string }>("POST", "/api/v1/segments", { json })).id;
}
