/** The host under test: the suites run unchanged on Node and in workerd. */
import type { ContractEnv } from "./program.ts";

export interface TestSocket {
  send(message: string | ArrayBuffer): void;
  close(code: number): void;
  /** The next message, in order. */
  next(): Promise<string | ArrayBuffer>;
  readonly closed: Promise<number>;
}

export interface ContractHost {
  readonly env: ContractEnv;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  connect(path: string): Promise<TestSocket>;
  /** Takes every object that has nothing in flight out of memory. */
  evict(): Promise<void>;
  stop(): Promise<void>;
}

export async function startContractHost(): Promise<ContractHost> {
  const inWorkerd = globalThis.navigator?.userAgent === "Cloudflare-Workers";
  const module = inWorkerd ? await import("./host-workerd.ts") : await import("./host-node.ts");
  return module.start();
}

/** Collects what a WebSocket of either kind receives. */
export function collecting(socket: WebSocket): TestSocket {
  const messages: (string | ArrayBuffer)[] = [];
  const waiting: ((message: string | ArrayBuffer) => void)[] = [];
  socket.binaryType = "arraybuffer";
  socket.addEventListener("message", ({ data }) => {
    const waiter = waiting.shift();
    if (waiter) waiter(data);
    else messages.push(data);
  });
  const closed = new Promise<number>((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
  return {
    send: (message) => socket.send(message),
    close: (code) => socket.close(code),
    next: async () => messages.shift() ?? (await new Promise((resolve) => waiting.push(resolve))),
    closed,
  };
}

/** Asks until the answer is good; gives the last one up after ten seconds. */
export async function eventually<T>(ask: () => Promise<T>, isGood: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + 10_000;
  let value = await ask();
  while (!isGood(value) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    value = await ask();
  }
  return value;
}

/**
 * Why a call failed, or null. It is awaited and nothing else: on Cloudflare, reading any property of a call
 * sends another one along, and that one's failure nobody would handle.
 */
export async function refusal(call: Promise<unknown> | undefined): Promise<string | null> {
  try {
    await call;
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A name that no other test uses. */
export const fresh = (prefix: string): string => `${prefix}-${crypto.randomUUID()}`;
