/**
 * The part of `cloudflare:workers` that the host uses. The full types (`@cloudflare/workers-types`) redeclare
 * what the DOM's and Node's types declare, and the rest of the program is checked against those.
 */
declare module "cloudflare:workers" {
  import type { ObjectState } from "../../platform/types.ts";

  export abstract class DurableObject<Env = unknown> {
    protected ctx: ObjectState;
    protected env: Env;
    constructor(ctx: ObjectState, env: Env);
  }
}
