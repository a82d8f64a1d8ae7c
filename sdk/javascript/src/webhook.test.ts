import { createHmac, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { CuttyError } from "./error.ts";
import { verifyWebhook, type WebhookToVerify } from "./webhook.ts";

const AT_S = 1_767_225_600;
const secretOf = (bytes: Buffer) => `whsec_${bytes.toString("base64")}`;
const secret = secretOf(randomBytes(24));
const other = secretOf(randomBytes(24));
const BODY = JSON.stringify({ type: "segment.count.changed", timestamp: "2026-01-01T00:00:00Z", data: { new: "é 5" } });

function sign(by: string, id: string, timestamp: number, body: string): string {
  const key = Buffer.from(by.slice("whsec_".length), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}

/** As it comes, now. */
function message(more: Partial<WebhookToVerify> = {}, signatures = sign(secret, "msg_1", AT_S, BODY)): WebhookToVerify {
  const headers = { "webhook-id": "msg_1", "webhook-timestamp": String(AT_S), "webhook-signature": signatures };
  return { secret, headers, body: BODY, now: AT_S * 1000, ...more };
}

async function codeOf(wanted: WebhookToVerify): Promise<string> {
  const error = await verifyWebhook(wanted).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CuttyError);
  return (error as CuttyError).code;
}

test("a signed message gives its body, as text and as bytes, with headers of any form", async () => {
  const expected = JSON.parse(BODY);
  expect(await verifyWebhook(message())).toEqual(expected);
  expect(await verifyWebhook(message({ body: new TextEncoder().encode(BODY) }))).toEqual(expected);
  const { headers } = message();
  expect(await verifyWebhook(message({ headers: new Headers(headers as Record<string, string>) }))).toEqual(expected);
  const shouted = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]));
  expect(await verifyWebhook(message({ headers: shouted }))).toEqual(expected);
});

test("the example of the Standard Webhooks specification holds", async () => {
  const headers = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  };
  const body = '{"test": 2432232314}';
  const whole = { secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", headers, body, now: 1_614_265_330_000 };
  // The signature fits, so the body is what is judged: it is none of ours.
  expect(await codeOf(whole)).toBe("webhook_body_invalid");
  expect(await codeOf({ ...whole, body: `${body} ` })).toBe("webhook_signature_invalid");
});

test("another body, id, time or secret is refused", async () => {
  const headers = message().headers as Record<string, string>;
  const cases: Partial<WebhookToVerify>[] = [
    { body: BODY.replace("5", "6") },
    { body: `${BODY}\n` },
    { headers: { ...headers, "webhook-id": "msg_2" } },
    { headers: { ...headers, "webhook-timestamp": String(AT_S + 1) } },
    { headers: { ...headers, "webhook-signature": headers["webhook-signature"]?.replace("v1,", "v2,") } },
    { headers: { ...headers, "webhook-signature": "v1,***" } },
    { headers: { ...headers, "webhook-signature": "v1," } },
    { secret: other },
    { secret: [] },
  ];
  for (const changed of cases) expect(await codeOf(message(changed))).toBe("webhook_signature_invalid");
});

test("one of several signatures, and one of several secrets, has to fit", async () => {
  const [old, fresh] = [sign(other, "msg_1", AT_S, BODY), sign(secret, "msg_1", AT_S, BODY)];
  for (const signatures of [`${old} ${fresh}`, `${fresh} ${old}`, `v1a,xyz ${fresh}`]) {
    expect(await verifyWebhook(message({}, signatures))).toEqual(JSON.parse(BODY));
  }
  expect(await verifyWebhook(message({ secret: [other, secret] }))).toEqual(JSON.parse(BODY));
  expect(await codeOf(message({}, `${old} ${old}`))).toBe("webhook_signature_invalid");
});

test("a message that is older or newer than is tolerated is refused, though its signature fits", async () => {
  const at = (seconds: number) => message({ now: (AT_S + seconds) * 1000 });
  for (const near of [-300, 0, 300]) expect(await verifyWebhook(at(near))).toEqual(JSON.parse(BODY));
  expect(await codeOf(at(301))).toBe("webhook_too_old");
  expect(await codeOf(at(-301))).toBe("webhook_too_new");
  expect(await codeOf({ ...at(11), toleranceSeconds: 10 })).toBe("webhook_too_old");
  expect(await verifyWebhook({ ...at(4_000), toleranceSeconds: 5_000 })).toEqual(JSON.parse(BODY));
});

test("what is no message at all is told apart, and a secret that is none is a programmer's error", async () => {
  const headers = message().headers as Record<string, string>;
  for (const name of Object.keys(headers)) {
    expect(await codeOf(message({ headers: { ...headers, [name]: undefined } }))).toBe("webhook_header_missing");
  }
  for (const timestamp of ["soon", "-5", "1e9", "1767225600.5"]) {
    const wanted = message({ headers: { ...headers, "webhook-timestamp": timestamp } });
    expect(await codeOf(wanted)).toBe("webhook_timestamp_invalid");
  }
  for (const body of ["5", "[]", "null", "{", ""]) {
    expect(await codeOf(message({ body }, sign(secret, "msg_1", AT_S, body)))).toBe("webhook_body_invalid");
  }
  for (const none of ["", "whsec_", "whsec_**"]) {
    await expect(verifyWebhook(message({ secret: none }))).rejects.toThrow(TypeError);
  }
});
