/** Every connector there is. A new platform: its folder, and one line here. */
import type { Connector } from "./connector.ts";
import { sandboxConnector } from "./sandbox/index.ts";

const CONNECTORS: readonly Connector[] = [sandboxConnector];

export function findConnector(type: string): Connector | null {
  return CONNECTORS.find((connector) => connector.type === type) ?? null;
}
