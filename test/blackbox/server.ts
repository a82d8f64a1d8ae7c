/**
 * Global set-up: one server for all files. `CUTTY_HOST=node|workerd` starts one; `CUTTY_URL` with
 * `CUTTY_ADMIN_EMAIL` and `CUTTY_ADMIN_PASSWORD` names one that runs already.
 */
import type { TestProject } from "vitest/node";
import { startHost } from "./host.ts";

declare module "vitest" {
  export interface ProvidedContext {
    server: { url: string; email: string; password: string };
  }
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { CUTTY_URL: url, CUTTY_ADMIN_EMAIL: email, CUTTY_ADMIN_PASSWORD: password } = process.env;
  if (url) {
    if (!email || !password) throw new Error("CUTTY_URL needs CUTTY_ADMIN_EMAIL and CUTTY_ADMIN_PASSWORD beside it.");
    project.provide("server", { url, email, password });
    return async () => {};
  }
  const host = await startHost();
  project.provide("server", { url: host.url, email: host.email, password: host.password });
  return () => host.close();
}
