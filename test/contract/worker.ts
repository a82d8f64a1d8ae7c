/** The contract program as a Worker. */
import { durableObject, programEnv } from "../../src/hosts/cloudflare/objects.ts";
import type { RequestContext } from "../../src/platform/program.ts";
import { Probe } from "./probe.ts";
import { type ContractEnv, program } from "./program.ts";

export const ProbeObject = durableObject<ContractEnv>(Probe);
export const HubObject = durableObject<ContractEnv>(Probe);

export default {
  fetch: (request: Request, env: ContractEnv, context: RequestContext) =>
    program.fetch(request, programEnv<ContractEnv>(env), context),
  scheduled: (_: unknown, env: ContractEnv) => program.scheduled(programEnv<ContractEnv>(env)),
};
