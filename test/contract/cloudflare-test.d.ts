/** The part of the vitest plugin's module that the suite uses; its own types need all of Cloudflare's globals. */
declare module "cloudflare:test" {
  export const env: import("./program.ts").ContractEnv;
  export const SELF: {
    fetch(url: string, init?: RequestInit): Promise<Response & { webSocket?: WebSocket & { accept(): void } }>;
  };
  export function evictAllDurableObjects(): Promise<void>;
}
