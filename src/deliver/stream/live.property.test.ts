/** A page that loses its stream again and again, and an object that dies: in the end the page shows the newest of all. */
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EventReader } from "../testing/event-reader.ts";
import { ObjectHost } from "../testing/object-host.ts";
import { LiveObject } from "./live.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

class Page {
  readonly seen = new Map<string, number>();
  readonly order: string[] = [];
  #cursor: string | null = null;
  #reader: EventReader | null = null;

  async open(object: LiveObject): Promise<void> {
    const headers: Record<string, string> = this.#cursor === null ? {} : { "last-event-id": this.#cursor };
    const reader = new EventReader(await object.fetch(new Request("https://live.test/", { headers })));
    this.#reader = reader;
    void this.#follow(reader);
  }

  async close(): Promise<void> {
    const reader = this.#reader;
    this.#reader = null;
    await reader?.close();
  }

  async #follow(reader: EventReader): Promise<void> {
    try {
      for (let event = await reader.next(); reader === this.#reader; event = await reader.next()) {
        this.#cursor = event.id;
        if (event.event !== "segment") continue;
        this.seen.set(String(event.data.topic), Number(event.data.n));
        this.order.push(`${event.data.topic} ${event.data.n}`);
      }
    } catch {
      // The stream has ended.
    }
  }
}

const op = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("publish" as const),
      topics: fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(250) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("close" as const, "open" as const, "crash" as const) }) },
);

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("D21 whatever streams and objects die, a page that comes back with its cursor ends with the newest of each topic", async () => {
  const met = { crashes: 0, frames: 0 };
  const property = fc.asyncProperty(fc.array(op, { minLength: 3, maxLength: 40 }), async (steps) => {
    const host = new ObjectHost(
      "ws_1",
      { now: () => Date.now() },
      (state) => new LiveObject(state, { now: () => Date.now() }),
    );
    const newest = new Map<string, number>();
    const page = new Page();
    let n = 0;
    const pass = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 25) {
        await vi.advanceTimersByTimeAsync(25);
        await host.ring();
        await turn();
      }
    };
    await page.open(host.object);
    await turn();
    for (const step of steps) {
      if (step.kind === "pass") await pass(step.ms);
      else if (step.kind === "publish") {
        const topics = [...new Set(step.topics)].map((topic) => `t${topic}`);
        for (const topic of topics) newest.set(topic, ++n);
        const news = topics.map((topic) => ({
          topic,
          event: "segment" as const,
          data: { topic, n: newest.get(topic) },
        }));
        await host.object.publish(news);
      } else {
        await page.close();
        if (step.kind === "crash") met.crashes++;
        if (step.kind === "crash") host.crash();
        if (step.kind !== "close") await page.open(host.object);
      }
      await turn();
    }
    await page.close();
    await page.open(host.object);
    await pass(500);
    expect(Object.fromEntries(page.seen)).toEqual(Object.fromEntries(newest));
    for (const topic of newest.keys()) {
      const seen = page.order.filter((line) => line.startsWith(`${topic} `)).map((line) => Number(line.split(" ")[1]));
      expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
    }
    met.frames += page.order.length;
    await page.close();
  });
  await fc.assert(property, { numRuns: Number(process.env.CUTTY_RUNS ?? 60) });
  expect(met.crashes).toBeGreaterThan(10);
  expect(met.frames).toBeGreaterThan(100);
}, 60_000);
