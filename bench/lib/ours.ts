/**
 * The program under test on one data folder, in two ways: its host inside this process, for the engine's own speed,
 * and the real program as a process of its own, for what users see. One at a time: a folder has one owner.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Host, openHost } from "../../src/hosts/node/host.ts";
import { settingsFrom } from "../../src/hosts/node/settings.ts";
import type { PreviewAnswer, ShardApi } from "../../src/shard/interface.ts";
import { Client, type SendOptions, signIn, UnexpectedAnswer } from "../../test/blackbox/client.ts";
import { type NodeProcess, startNode } from "../../test/hosts/node.ts";
import { ANCHOR, benchFolder } from "./generate.ts";

const OWNER = { email: "bench@example.com", password: "a password for the benchmark" };
const STATE = "bench.json";

/** What a run must know of a folder to go on with it. */
interface FolderState {
  customers?: string;
  purchases?: string;
  /** How far the program's clock was past the anchor: it never goes back. */
  clock: number;
}

export interface InProcess {
  readonly host: Host;
  readonly client: Client;
}

export interface Running {
  readonly client: Client;
  readonly process: NodeProcess;
  readonly pid: number;
  /** From the start of the process to the first 200 of /healthz. */
  readonly readyMs: number;
}

export class Ours {
  readonly folder: string;
  readonly #state: FolderState;
  readonly #begun = performance.now();
  #inProcess: InProcess | null = null;
  #running: Running | null = null;

  constructor(name: string, reuse: boolean) {
    this.folder = join(benchFolder(), name);
    const path = join(this.folder, STATE);
    const known = reuse && existsSync(path);
    if (!known) rmSync(this.folder, { recursive: true, force: true });
    this.#state = known ? (JSON.parse(readFileSync(path, "utf8")) as FolderState) : { clock: 0 };
  }

  get customers(): string | undefined {
    return this.#state.customers;
  }

  get purchases(): string | undefined {
    return this.#state.purchases;
  }

  /** Remembers a dataset that is imported to its end. */
  imported(what: "customers" | "purchases", id: string): void {
    this.#state[what] = id;
    this.#save();
  }

  /** The host inside this process, opened now unless it is. */
  async inProcess(): Promise<InProcess> {
    if (this.#inProcess) return this.#inProcess;
    await this.close();
    const host = await openHost(settingsFrom({ ...process.env, ...this.#environment() }));
    await host.program.start?.(host.env);
    const client = new DirectClient(host);
    const signedIn = await client.send("POST", "/api/v1/auth/sign-in", { json: OWNER });
    client.adopt(signedIn);
    this.#inProcess = { host, client };
    return this.#inProcess;
  }

  /** The program as a process of its own, started now unless it runs. */
  async running(more: Readonly<Record<string, string>> = {}): Promise<Running> {
    if (this.#running) return this.#running;
    await this.close();
    const began = performance.now();
    const process = await startNode({ dataDir: this.folder, env: { ...this.#environment(), ...more } });
    const readyMs = performance.now() - began;
    const client = await signIn(process.url, OWNER.email, OWNER.password);
    this.#running = { client, process, pid: process.process.pid ?? 0, readyMs };
    return this.#running;
  }

  /** What the process has printed: where a fault is told. */
  get output(): string {
    return this.#running?.process.output() ?? "";
  }

  /** The folder goes, too: it was for this one measurement. */
  async remove(): Promise<void> {
    await this.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.#inProcess?.host.close();
    await this.#running?.process.close();
    this.#inProcess = null;
    this.#running = null;
    if (existsSync(this.folder)) this.#save();
  }

  #environment(): Record<string, string> {
    return {
      CUTTY_DATA: this.folder,
      CUTTY_ADMIN_EMAIL: OWNER.email,
      CUTTY_ADMIN_PASSWORD: OWNER.password,
      CUTTY_TIME_ZONE: "UTC",
      CUTTY_CLOCK: new Date(ANCHOR + this.#clock()).toISOString(),
    };
  }

  #clock(): number {
    return this.#state.clock + performance.now() - this.#begun;
  }

  #save(): void {
    writeFileSync(join(this.folder, STATE), JSON.stringify({ ...this.#state, clock: this.#clock() }));
  }
}

/** Requests go straight to the program, without a network. */
class DirectClient extends Client {
  readonly #host: Host;

  constructor(host: Host) {
    super("http://cutty.bench");
    this.#host = host;
  }

  override async open(method: string, path: string, options: SendOptions = {}): Promise<Response> {
    const headers = new Headers(options.headers);
    if (this.cookie !== null) headers.set("cookie", this.cookie);
    if (options.json !== undefined) headers.set("content-type", "application/json");
    const address = new URL(this.url + path);
    for (const [name, value] of Object.entries(options.query ?? {}))
      if (value !== undefined) address.searchParams.set(name, String(value));
    const body = options.json === undefined ? options.body : JSON.stringify(options.json);
    const request = new Request(address, { method, headers, ...(body == null ? {} : { body, duplex: "half" }) });
    return this.#host.program.fetch(request, this.#host.env, { waitUntil: () => undefined });
  }
}

type PreviewRequest = Parameters<ShardApi["preview"]>[0];

/**
 * The count of a query as the API's preview asks the shards for it: all at once, answers added up. The query is
 * read once, by the API itself; what is repeated is the question to the shards.
 */
export async function countInProcess(
  { host, client }: InProcess,
  dataset: string,
  query: object,
): Promise<() => Promise<number>> {
  const shards: string[] = [];
  let asked: PreviewRequest | null = null;
  const env = {
    ...host.env,
    SHARD: {
      getByName: (name: string) => {
        const preview = (request: PreviewRequest) => {
          shards.push(name);
          asked = request;
          return shardNamed(host, name).preview(request);
        };
        return new Proxy(shardNamed(host, name), {
          get: (shard, method) => (method === "preview" ? preview : Reflect.get(shard, method)),
        });
      },
    },
  };
  const headers: Record<string, string> = { "content-type": "application/json", cookie: client.cookie ?? "" };
  const body = JSON.stringify({ dataset_id: dataset, query, sample: 0 });
  const request = new Request("http://cutty.bench/api/v1/segments/preview", { method: "POST", headers, body });
  const answer = await host.program.fetch(request, env, { waitUntil: () => undefined });
  const text = await answer.text();
  if (asked === null || answer.status !== 200) {
    const parsed = { status: answer.status, headers: answer.headers, text, body: JSON.parse(text) };
    throw new UnexpectedAnswer("POST", "/api/v1/segments/preview", parsed);
  }
  const question: PreviewRequest = asked;
  const stubs = shards.map((name) => shardNamed(host, name));
  return async () => {
    const answers = await Promise.all(stubs.map((shard) => shard.preview(question)));
    return answers.reduce((sum, one) => sum + countOf(one), 0);
  };
}

export function shardNamed(host: Host, name: string): ShardApi {
  const { SHARD } = host.env as unknown as { SHARD: { getByName(name: string): ShardApi } };
  return SHARD.getByName(name);
}

function countOf(answer: Awaited<ReturnType<ShardApi["preview"]>>): number {
  if (!answer.ok) throw new Error(answer.problem.detail);
  const { count }: PreviewAnswer = answer.value;
  return count;
}

/** True for a refusal that says the language or the API does not have this yet. */
export function isNotBuilt(error: unknown): boolean {
  if (!(error instanceof UnexpectedAnswer) || error.answer.status !== 422) return false;
  const { code = "", detail = "" } = (error.answer.body ?? {}) as { code?: string; detail?: string };
  return code.startsWith("unsupported_") || /not (possible|available) yet/.test(detail);
}
