/** The program on Node, as a process of its own: what the black-box and the crash suites run against. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/hosts/node/main.ts", import.meta.url));
const START_MS = 30_000;

export interface NodeOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A temporary one, deleted by close(), unless given. */
  readonly dataDir?: string;
  /** A program that runs the command it is given: a tracer. */
  readonly under?: readonly string[];
}

export interface NodeProcess {
  readonly url: string;
  readonly dataDir: string;
  readonly process: ChildProcess;
  /** What it has printed so far. */
  output(): string;
  /** SIGTERM; resolves with the exit code. */
  close(): Promise<number | null>;
  /** SIGKILL; the data folder stays. */
  kill(): Promise<void>;
}

/** Rejects with what the process printed when it does not start. */
export async function startNode(options: NodeOptions = {}): Promise<NodeProcess> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "cutty-")));
  const port = options.env?.PORT ?? String(await freePort());
  const env = { ...process.env, HOST: "127.0.0.1", PORT: port, CUTTY_DATA: dataDir, ...options.env };
  const [command = "", ...args] = [
    ...(options.under ?? []),
    process.execPath,
    "--disable-warning=ExperimentalWarning",
    MAIN,
  ];
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => {
    printed += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    printed += chunk;
  });
  let asked = false;
  const exited = new Promise<number | null>((resolve) => {
    child.once("exit", (code, signal) => {
      if (!asked) console.error(`the program ended by itself (${signal ?? code}):\n${printed}`);
      resolve(code);
    });
  });
  const url = `http://127.0.0.1:${port}`;
  await ready(url, exited, () => printed);
  return {
    url,
    dataDir,
    process: child,
    output: () => printed,
    close: async () => {
      asked = true;
      child.kill("SIGTERM");
      const code = await exited;
      if (!options.dataDir) await rm(dataDir, { recursive: true, force: true });
      return code;
    },
    kill: async () => {
      asked = true;
      child.kill("SIGKILL");
      await exited;
    },
  };
}

async function ready(url: string, exited: Promise<number | null>, printed: () => string): Promise<void> {
  let gone = false;
  void exited.then(() => {
    gone = true;
  });
  const deadline = Date.now() + START_MS;
  while (!gone && Date.now() < deadline) {
    const answer = await fetch(`${url}/healthz`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const why = gone ? `it ended with exit code ${await exited}` : "it did not answer";
  throw new Error(`the program did not start at ${url}, ${why}:\n${printed()}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
