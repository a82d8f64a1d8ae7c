/** Starts the host that `CUTTY_HOST` names, with a known first owner. */

const email = "admin@example.com";
const password = "installation owner's password";

export interface RunningHost {
  url: string;
  email: string;
  password: string;
  close(): Promise<unknown>;
}

export async function startHost(env: Record<string, string> = {}): Promise<RunningHost> {
  const name = process.env.CUTTY_HOST ?? "node";
  const settings = { CUTTY_ADMIN_EMAIL: email, CUTTY_ADMIN_PASSWORD: password, ...env };
  const host = await start(name, settings);
  return { url: host.url, email, password, close: () => host.close() };
}

async function start(name: string, env: Record<string, string>): Promise<{ url: string; close(): Promise<unknown> }> {
  if (name === "node") return (await import("../hosts/node.ts")).startNode({ env });
  if (name === "workerd") return (await import("../hosts/workerd.ts")).startWorkerd({ env });
  throw new Error(`CUTTY_HOST is ${name}; it may be node or workerd.`);
}
