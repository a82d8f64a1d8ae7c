import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningServer, startServer } from "../../src/hosts/node/server.ts";
import { CONTRACT_PROGRAM } from "./host-node.ts";
import type { ContractEnv } from "./program.ts";

describe("HTTP on Node", () => {
  let folder: string;
  let server: RunningServer;
  const serve = (data: string, trustProxy: boolean) => {
    const [page, migrations] = [join(folder, "page"), join(folder, "none")];
    return startServer({
      program: CONTRACT_PROGRAM,
      migrations,
      data: join(folder, data),
      vars: { SECRET: "x" },
      page,
      trustProxy,
      threads: 1,
    });
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "cutty-http-"));
    mkdirSync(join(folder, "page", "assets"), { recursive: true });
    writeFileSync(join(folder, "page", "index.html"), "<p>the page");
    writeFileSync(join(folder, "page", "assets", "app-1a2b.js"), "code");
    writeFileSync(join(folder, "secret.txt"), "not for everybody");
    server = await serve("data", false);
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const addressSeen = async (at: RunningServer) => {
    const headers = { "cf-connecting-ip": "6.6.6.6", "x-forwarded-for": "7.7.7.7, 8.8.8.8" };
    return (await fetch(`${at.url}/api/echo`, { headers })).headers.get("cf-connecting-ip");
  };

  test("H62 the caller's address is the connection's", async () => {
    expect(await addressSeen(server)).toBe("127.0.0.1");
  });

  test("H62 behind a trusted proxy it is the last hop", async () => {
    const behind = await serve("behind", true);
    expect(await addressSeen(behind)).toBe("8.8.8.8");
    await behind.close();
  });

  test("H71 a request to an object of a worker thread is refused", async () => {
    const { PROBE } = server.host.env as ContractEnv;
    await expect(PROBE.getByName("x").fetch(new Request("http://x/"))).rejects.toThrow(
      /only objects of the main thread/,
    );
  });

  test("H64 a hashed file is served for ever, with its type", async () => {
    const answer = await fetch(`${server.url}/assets/app-1a2b.js`);
    expect(await answer.text()).toBe("code");
    expect(answer.headers.get("content-type")).toMatch(/^text\/javascript/);
    expect(answer.headers.get("cache-control")).toContain("immutable");
    const etag = answer.headers.get("etag") ?? "";
    expect((await fetch(answer.url, { headers: { "if-none-match": etag } })).status).toBe(304);
  });

  test("H64 an address without a file gets index.html, the program's addresses do not", async () => {
    for (const path of ["/", "/segments/seg_1"]) {
      const answer = await fetch(server.url + path);
      expect([answer.status, await answer.text(), answer.headers.get("cache-control")]).toEqual([
        200,
        "<p>the page",
        "no-cache",
      ]);
    }
    for (const path of ["/api/nothing", "/v1/nothing", "/developers", "/missing.js"]) {
      expect((await fetch(server.url + path)).status).toBe(404);
    }
  });

  test("H66 no path leaves the page's folder", async () => {
    for (const path of [
      "/../secret.txt",
      "/..%2fsecret.txt",
      "/assets/..%2f..%2fsecret.txt",
      "/%2e%2e/secret.txt",
      "/%00",
    ]) {
      expect(await rawGet(path)).not.toContain("not for everybody");
    }
  });

  test("H72 an address that cannot be read is refused as the caller's mistake", async () => {
    for (const [path, host] of [
      ["/assets/..\\secret.txt", "localhost"],
      ["/api/echo", "no host"],
    ] as const) {
      expect(JSON.parse(await rawGet(path, host))).toMatchObject({ status: 400, code: "malformed_request" });
    }
  });

  /** Sends the path as it is: fetch would tidy it up. */
  function rawGet(path: string, host = "localhost"): Promise<string> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      const sent = request({ hostname, port, path, headers: { host } }, (answer) => {
        let text = "";
        answer.on("data", (chunk) => {
          text += chunk;
        });
        answer.on("end", () => resolve(text));
      });
      sent.on("error", reject);
      sent.end();
    });
  }
});
