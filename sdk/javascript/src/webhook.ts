/** Webhook messages by Standard Webhooks: who sent them, and when. */
import { CuttyError } from "./error.ts";

export interface WebhookBody<Data = unknown> {
  /** What happened; `batch`: `data` is a list of `{id, type, timestamp, data}`. */
  readonly type: string;
  /** RFC 3339. */
  readonly timestamp: string;
  readonly data: Data;
}

type HeaderBag = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface WebhookToVerify {
  /** `whsec_…`; several while a secret is being exchanged: one has to fit. */
  readonly secret: string | readonly string[];
  /** As they came; the case of their names does not matter. */
  readonly headers: HeaderBag;
  /** The bytes as they came, or their text; never JSON that was parsed and written again. */
  readonly body: string | Uint8Array;
  /** Epoch milliseconds. */
  readonly now?: number;
  /** How far the message's time may be from now, either way; 300 unless said. */
  readonly toleranceSeconds?: number;
}

/**
 * The body of a message that was signed with the secret and is not old; `webhook-id` tells repeated ones.
 * Throws CuttyError: `webhook_header_missing`, `webhook_timestamp_invalid`, `webhook_too_old`, `webhook_too_new`,
 * `webhook_signature_invalid`, `webhook_body_invalid`. A secret that is none throws a TypeError.
 */
export async function verifyWebhook<Data = unknown>(message: WebhookToVerify): Promise<WebhookBody<Data>> {
  const { secret, headers, body, now = Date.now(), toleranceSeconds = 300 } = message;
  const secrets = (typeof secret === "string" ? [secret] : secret).map(keyBytes);
  const id = headerOf(headers, "webhook-id");
  const timestamp = headerOf(headers, "webhook-timestamp");
  const signatures = signaturesOf(headerOf(headers, "webhook-signature"));
  needRecent(timestamp, now, toleranceSeconds);
  const signed = concat(new TextEncoder().encode(`${id}.${timestamp}.`), bytesOf(body));
  if (!(await isSigned(secrets, signatures, signed))) {
    const detail = "No signature fits. Check the secret, and that body is exactly what came.";
    throw refused("webhook_signature_invalid", detail);
  }
  return parsed(body) as WebhookBody<Data>;
}

/** `subtle.verify` compares in constant time. */
async function isSigned(secrets: readonly Bytes[], signatures: readonly Bytes[], signed: Bytes): Promise<boolean> {
  for (const secret of secrets) {
    const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
    for (const signature of signatures) {
      if (await crypto.subtle.verify("HMAC", key, signature, signed)) return true;
    }
  }
  return false;
}

function needRecent(timestamp: string, now: number, toleranceSeconds: number): void {
  if (!/^\d{1,12}$/.test(timestamp)) {
    throw refused("webhook_timestamp_invalid", "webhook-timestamp is no number of seconds since 1970.");
  }
  const age = now / 1000 - Number(timestamp);
  if (Math.abs(age) <= toleranceSeconds) return;
  const [code, side] = age > 0 ? ["webhook_too_old", "ago"] : ["webhook_too_new", "ahead"];
  const detail = `The message is of ${Math.abs(Math.round(age))} s ${side}; ${toleranceSeconds} s are allowed.`;
  throw refused(code ?? "", `${detail} Check this machine's clock.`);
}

/** `v1,<base64> v1,<base64>`. Other versions are not ours to judge. */
function signaturesOf(header: string): Bytes[] {
  return header.split(" ").flatMap((one) => (one.startsWith("v1,") ? (fromBase64(one.slice(3)) ?? []) : []));
}

function headerOf(headers: HeaderBag, name: string): string {
  const found = headers instanceof Headers ? headers.get(name) : lookUp(headers, name);
  if (found) return found;
  throw refused("webhook_header_missing", `The header ${name} is missing: this is no message of a webhook.`);
}

function lookUp(headers: Exclude<HeaderBag, Headers>, name: string): string | undefined {
  const value = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === "string" ? value : value?.[0];
}

function parsed(body: string | Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(typeof body === "string" ? body : new TextDecoder().decode(body));
    if (typeof value === "object" && value !== null && "type" in value) return value;
  } catch {
    // Told below.
  }
  throw refused("webhook_body_invalid", "The body is signed but no JSON object with a type.");
}

function refused(code: string, detail: string): CuttyError {
  return new CuttyError({ code, detail });
}

type Bytes = Uint8Array<ArrayBuffer>;

function keyBytes(secret: string): Bytes {
  const bytes = fromBase64(secret.replace(/^whsec_/, ""));
  if (bytes === null || bytes.length === 0) throw new TypeError("The secret of a webhook is whsec_ and base64.");
  return bytes;
}

function fromBase64(text: string): Bytes | null {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    return null;
  }
}

const bytesOf = (body: string | Uint8Array): Uint8Array =>
  typeof body === "string" ? new TextEncoder().encode(body) : body;

function concat(head: Uint8Array, tail: Uint8Array): Bytes {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}
