import { expect, test } from "vitest";
import { type Batch, Channel } from "./channel.ts";

interface Words extends Batch {
  readonly words: readonly string[];
}

const batch = (seq: number, ...words: string[]): Words => ({ seq, words, isEmpty: words.length === 0 });

/** A log of one word for each position, and a wire that may be cut. */
class Wire {
  readonly log: string[] = [];
  readonly arrived: (readonly string[])[] = [];
  isCut = false;
  inFlight = 0;
  most = 0;

  channel(acked = 0): Channel<Words> {
    return new Channel<Words>(acked, {
      send: async ({ words }) => {
        this.most = Math.max(this.most, ++this.inFlight);
        await new Promise((resolve) => setTimeout(resolve, 1));
        this.inFlight--;
        if (this.isCut) throw new Error("cut");
        this.arrived.push(words);
      },
      catchUp: (after, upTo) => batch(upTo, ...this.log.slice(after, upTo)),
      newest: () => this.log.length,
      merged: (a, b) => (a.words.length + b.words.length > 3 ? null : batch(b.seq, ...a.words, ...b.words)),
    });
  }

  push(channel: Channel<Words>, word: string): Promise<void> {
    return channel.push(batch(this.log.push(word), word));
  }
}

test("R7 one call is in flight, in the order of the log; what waits goes together", async () => {
  const wire = new Wire();
  const channel = wire.channel();
  await Promise.all(["a", "b", "c", "d", "e"].map((word) => wire.push(channel, word)));
  expect(wire.arrived.flat()).toEqual(["a", "b", "c", "d", "e"]);
  expect(wire.arrived.length).toBeLessThan(5);
  expect(wire.most).toBe(1);
  expect(channel).toMatchObject({ acked: 5, isBehind: false });
});

test("R7 what could not be sent is read from the log later, before what comes then", async () => {
  const wire = new Wire();
  const channel = wire.channel();
  wire.isCut = true;
  await expect(wire.push(channel, "a")).rejects.toThrow("cut");
  expect(channel).toMatchObject({ acked: 0, isBehind: true });
  wire.isCut = false;
  await wire.push(channel, "b");
  expect(wire.arrived.flat()).toEqual(["a", "b"]);
  expect(channel).toMatchObject({ acked: 2, isBehind: false });
});

test("R7 after a restart everything since the last known position is sent again", async () => {
  const wire = new Wire();
  for (const word of ["a", "b", "c"]) await wire.push(wire.channel(wire.log.length), word);
  wire.arrived.length = 0;
  const channel = wire.channel(1);
  expect(channel.isBehind).toBe(true);
  await channel.pump();
  expect(wire.arrived.flat()).toEqual(["b", "c"]);
});

test("R7 a position without anything to send costs no call", async () => {
  const wire = new Wire();
  const channel = wire.channel();
  await channel.push(batch(7));
  expect(wire.arrived).toEqual([]);
  expect(channel.acked).toBe(7);
});
