import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ContractHost, eventually, fresh, startContractHost } from "./host.ts";

const parsed = async (message: Promise<string | ArrayBuffer>) => JSON.parse(String(await message)) as unknown;

describe("requests and sockets", () => {
  let host: ContractHost;
  beforeAll(async () => {
    host = await startContractHost();
  });
  afterAll(() => host.stop());

  test("H40 an object answers a request with what it wrote", async () => {
    const answer = await host.fetch(`/api/hub/${fresh("fetch")}`, { method: "POST", body: "note" });
    expect(await answer.json()).toEqual(["note"]);
  });

  test("H41 a stream arrives as it is written, and its end reaches the object", async () => {
    const name = fresh("events");
    const answer = await host.fetch(`/api/hub/${name}/events`);
    const reader = answer.body!.getReader();
    let received = "";
    while (!received.includes("data: 0")) received += new TextDecoder().decode((await reader.read()).value);
    expect(received).toMatch(/^: hello\n\ndata: 0\n\n/);
    await reader.cancel();
    const stub = host.env.HUB.getByName(name);
    expect(
      await eventually(
        () => stub.all(),
        (notes) => notes.includes("cancelled"),
      ),
    ).toEqual(["cancelled"]);
  });

  test("H42 a socket's message reaches the object's handler, text and bytes", async () => {
    const socket = await host.connect(`/api/hub/${fresh("socket")}`);
    socket.send("one");
    expect(await parsed(socket.next())).toEqual({ text: "one", seen: 0, attachment: { joined: true } });
    socket.send(new TextEncoder().encode("two").buffer as ArrayBuffer);
    expect(await parsed(socket.next())).toMatchObject({ text: "two" });
    socket.close(1000);
  });

  test("H43 sockets, their tags and attachments survive the eviction of their object", async () => {
    const name = fresh("hibernate");
    const [one, two] = [await host.connect(`/api/hub/${name}`), await host.connect(`/api/hub/${name}`)];
    one.send("before");
    await Promise.all([one.next(), two.next()]);
    await host.evict();
    two.send("after");
    // seen counts within one instance: it began again at 0
    expect(await parsed(one.next())).toEqual({ text: "after", seen: 0, attachment: { joined: true } });
    expect(await parsed(two.next())).toEqual({ text: "after", seen: 1, attachment: { joined: true } });
    const stub = host.env.HUB.getByName(name);
    expect(await stub.socketCount("all")).toBe(2);
    expect(await stub.socketCount("none")).toBe(0);
    one.close(1000);
    two.close(1000);
    expect(
      await eventually(
        () => stub.socketCount(),
        (count) => count === 0,
      ),
    ).toBe(0);
  });

  test("H44 each side learns the other's close code", async () => {
    const name = fresh("close");
    const asked = await host.connect(`/api/hub/${name}`);
    asked.send("close me");
    expect(await asked.closed).toBe(4001);
    const own = await host.connect(`/api/hub/${name}`);
    own.close(4002);
    const stub = host.env.HUB.getByName(name);
    expect(
      await eventually(
        () => stub.all(),
        (notes) => notes.includes("closed 4002"),
      ),
    ).toContain("closed 4002");
  });
});
