/** Starts the host that `CUTTY_HOST` names, with a known first owner. */

const email = "admin@example.com";
const password = "installation owner's password";

export interface RunningHost {
  url: string;
  email: string;
  password: string;
  close(): Promise<void>;
}

export async function startHost(env: Record<string, string> = {}): Promise<RunningHost> {
  const name = process.env.CUTTY_HOST ?? "node";
  const host = await start(name, { CUTTY_ADMIN_EMAIL: email, CUTTY_ADMIN_PASSWORD: password, ...env });
  return { url: host.url, email, password, close: () => close(host) };
}

interface Host {
  url: string;
  close(): Promise<unknown>;
  /** What it has printed, and the process, where there is one. */
  output?(): string;
  process?: { exitCode: number | null };
}

/** A server that died under the tests says here what its last words were. */
async function close(host: Host): Promise<void> {
  if (host.process && host.process.exitCode !== null) {
    console.error(`The server ended by itself with ${host.process.exitCode}:\n${host.output?.() ?? ""}`);
  }
  await host.close();
}

async function start(name: string, env: Record<string, string>): Promise<Host> {
  if (name === "node") return (await import("../hosts/node.ts")).startNode({ env });
  if (name === "workerd") return (await import("../hosts/workerd.ts")).startWorkerd({ env });
  throw new Error(`CUTTY_HOST is ${name}; it may be node or workerd.`);
}
