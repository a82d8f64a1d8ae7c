/** API keys, and a caller that has one instead of a session. */
import { Client, type SendOptions } from "./client.ts";

export const SCOPES = [
  "segments:read",
  "segments:members:read",
  "segments:write",
  "segments:delete",
  "activations:read",
  "datasets:read",
  "datasets:write",
];

export interface Key {
  id: string;
  name: string;
  scopes: string[];
  segment_ids: string[] | null;
  expires_at: string | null;
  last_used_at: string | null;
}

export interface KeyWish {
  name?: string;
  scopes?: readonly string[];
  segment_ids?: readonly string[] | null;
  rate_limits?: Readonly<Record<string, number>>;
  expires_at?: string | null;
}

/** With all scopes unless said. */
export function createKey(client: Client, wish: KeyWish = {}): Promise<Key & { key: string }> {
  return client.post("/api/v1/keys", { name: "A key", scopes: SCOPES, ...wish });
}

export class KeyClient extends Client {
  readonly key: string;

  constructor(url: string, key: string) {
    super(url);
    this.key = key;
  }

  override open(method: string, path: string, options: SendOptions = {}): Promise<Response> {
    return super.open(method, path, { ...options, headers: { "x-api-key": this.key, ...options.headers } });
  }
}

/** A caller with a new key of this person's. */
export async function withKey(client: Client, wish: KeyWish = {}): Promise<KeyClient> {
  return new KeyClient(client.url, (await createKey(client, wish)).key);
}
