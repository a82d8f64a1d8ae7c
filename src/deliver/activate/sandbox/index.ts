/** Sandbox Ads, the stand-in ad platform inside the program: to see a sync work before a real account is connected. */
import type { Connector } from "../connector.ts";
import { normalise } from "./normalise.ts";
import { audienceRequest, deleteRequest, MEMBERS_LIMIT, membersRequest } from "./requests.ts";
import { readAudience, readMembers, readTrouble } from "./responses.ts";

export const sandboxConnector: Connector = {
  type: "sandbox",
  label: "Sandbox Ads",
  targets: [{ name: "email", label: "E-mail address", required: true }],
  batch_limit: MEMBERS_LIMIT,
  normalise,

  async ensureAudience(account, audience) {
    return await readAudience(await account.fetch(audienceRequest(audience)));
  },

  async send(account, audienceId, batch) {
    return await readMembers(await account.fetch(membersRequest(audienceId, batch)), batch);
  },

  async removeAudience(account, audienceId) {
    const response = await account.fetch(deleteRequest(audienceId));
    return response.ok || response.status === 404 ? null : readTrouble(response);
  },
};
