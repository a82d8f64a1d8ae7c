/** A sync, model shards and the real sandbox platform, on a clock that the test moves. */
import { SandboxObject } from "../activate/sandbox/platform.ts";
import type { SyncConfig, SyncPorts } from "../activate/sync/ports.ts";
import { SyncObject } from "../activate/sync/sync.ts";
import type { News, RunState } from "../interface.ts";
import { EMAIL_FIELD, ModelShards } from "./model-shard.ts";
import { Clock, ObjectHost } from "./object-host.ts";

export const CONFIG: SyncConfig = {
  sync_id: "syn_1",
  workspace_id: "ws_1",
  dataset_id: "ds_1",
  shard_count: 2,
  catalogue_version: 1,
  segment_id: "seg_1",
  segment_name: "Everyone",
  destination_id: "dst_1",
  destination_type: "sandbox",
  mapping: { email: EMAIL_FIELD },
};

export class SyncWorld {
  readonly clock = new Clock();
  readonly shards: ModelShards;
  readonly sandbox: ObjectHost<SandboxObject>;
  readonly sync: ObjectHost<SyncObject>;
  readonly news: News[] = [];
  /** What the control plane has. */
  config: SyncConfig | null = CONFIG;
  recorded: number | null = null;
  requests = 0;
  /** The platform takes requests and never answers. */
  hang = false;
  /** Called at every port, before it does anything: the place for crashes. */
  beforePort: (port: keyof SyncPorts) => void = () => undefined;
  afterFetch: () => void = () => undefined;

  constructor(pageLimit?: number) {
    this.shards = new ModelShards(CONFIG.shard_count, pageLimit);
    const { now } = this.clock;
    this.sandbox = new ObjectHost("dst_1", this.clock, (state) => new SandboxObject(state, { now }));
    this.sync = new ObjectHost(CONFIG.sync_id, this.clock, (state) => new SyncObject(state, this.#ports()));
  }

  /** Lets everything that is due happen, for so long on the clock. */
  async run(ms = 0): Promise<void> {
    const until = this.clock.now() + ms;
    for (;;) {
      await this.sync.quiet();
      await turn();
      const at = this.sync.alarmAt;
      if (at === null || at > until) break;
      this.clock.advance(Math.max(0, at - this.clock.now()));
      await this.sync.ring();
    }
    this.clock.advance(Math.max(0, until - this.clock.now()));
  }

  /** A call whose callee dies is repeated by whoever made it. */
  async call(method: "start" | "poke" | "pause" | "resume" | "destroy"): Promise<void> {
    const { sync } = this;
    const { object } = sync;
    try {
      await object[method]();
    } catch (error) {
      if (sync.object === object) throw error;
      await sync.object[method]();
    }
  }

  async start(): Promise<void> {
    await this.call("start");
    await this.run();
  }

  async poke(): Promise<void> {
    await this.call("poke");
    await this.run();
  }

  async runs(): Promise<RunState[]> {
    return (await this.sync.object.runs({ cursor: null, limit: 100 })).data;
  }

  /** What became of each record in the newest run, in the order of settling. */
  async newestResults(): Promise<string[]> {
    const [run] = await this.runs();
    if (!run) return [];
    const page = await this.sync.object.results({ run_id: run.id, cursor: null, limit: 1000 });
    return (page?.data ?? []).map(({ key, action, status, reason }) => [key, action, status, reason ?? "-"].join(" "));
  }

  /** Hashes in the sandbox's audience, sorted. */
  async audience(): Promise<string[]> {
    const page = await this.sandbox.object.audience({ segment_id: CONFIG.segment_id, cursor: null, limit: 1e6 });
    return (page?.data ?? []).map((member) => member.email_sha256);
  }

  /** What the audience has to be: the hashes of the members' e-mails, sorted. */
  async wanted(): Promise<string[]> {
    const addresses = this.shards.emails().map((email) => email.trim().toLowerCase());
    const usable = [...new Set(addresses.filter((address) => address.includes("@")))];
    return (await Promise.all(usable.map(hash))).sort();
  }

  #ports(): SyncPorts {
    // A call leaves after the handler's turn, as on the hosts.
    const at = async (port: keyof SyncPorts) => {
      await null;
      this.beforePort(port);
    };
    return {
      now: this.clock.now,
      random: () => 0.5,
      loadSync: async () => {
        await at("loadSync");
        return this.config;
      },
      readMembers: async (address, request) => {
        await at("readMembers");
        return await this.shards.readMembers(address, request);
      },
      readDeltas: async (address, request) => {
        await at("readDeltas");
        return await this.shards.readDeltas(address, request);
      },
      fetch: async (_config, request) => {
        await at("fetch");
        this.requests++;
        if (this.hang) return await new Promise<never>(() => undefined);
        const response = await this.sandbox.object.fetch(request);
        this.afterFetch();
        return response;
      },
      publish: async (_workspace, news) => {
        await at("publish");
        this.news.push(...news);
      },
      recordSynced: async (_sync, time) => {
        await at("recordSynced");
        this.recorded = time;
      },
    };
  }
}

export async function hash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Buffer.from(digest).toString("hex");
}

/** What a crashed instance had under way comes to its end. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
