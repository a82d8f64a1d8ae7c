/** The documented calls that most tests make, as verbs. Works on any client; knows nothing of vitest. */
import type { Client } from "./client.ts";
import { eventually } from "./eventually.ts";
import type {
  Dataset,
  FieldShape,
  FlatQuery,
  Group,
  Import,
  Member,
  Page,
  Preview,
  RelationShape,
  Segment,
  Stored,
  UpsertAnswer,
  Verification,
} from "./wire.ts";

export interface DatasetWish {
  name?: string;
  key?: string | null;
  fields?: FieldShape[];
  relations?: RelationShape[];
}

export function createDataset(client: Client, wish: DatasetWish = {}): Promise<Dataset> {
  const body: DatasetWish = { name: `data-${crypto.randomUUID()}`, ...wish };
  if (body.key === null) delete body.key;
  return client.post<Dataset>("/api/v1/datasets", body);
}

export const getDataset = (client: Client, id: string): Promise<Dataset> => client.get(`/api/v1/datasets/${id}`);

/** A key may hold any character; the path carries it escaped. */
export const recordPath = (dataset: string, key: string): string =>
  `/api/v1/datasets/${dataset}/records/${encodeURIComponent(key)}`;

export const getRecord = (client: Client, dataset: string, key: string): Promise<Stored> =>
  client.get(recordPath(dataset, key));

export const upsert = (client: Client, dataset: string, rows: readonly object[]): Promise<UpsertAnswer> =>
  client.post(`/api/v1/datasets/${dataset}/records`, rows);

/** Every record, page by page. */
export function allRecords(client: Client, dataset: string, limit = 1_000): Promise<Stored[]> {
  return allPages<Stored>(client, `/api/v1/datasets/${dataset}/records`, limit);
}

export async function allPages<Item>(client: Client, path: string, limit: number): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<Item> = await client.get(path, { cursor, limit });
    if (page.data.length > limit) throw new Error(`${path} gave ${page.data.length} items for limit=${limit}`);
    items.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

export interface ImportWish {
  mode?: "upsert" | "append" | "replace";
  confirm_removal?: boolean;
  file_name?: string;
}

/** The body as fetch takes it; a typed array of any buffer will do. */
export type FileBody = string | Uint8Array | ReadableStream<Uint8Array>;

export function startImport(
  client: Client,
  dataset: string,
  file: FileBody,
  wish: ImportWish = {},
  headers: Record<string, string> = {},
): Promise<Import> {
  const body = file instanceof Uint8Array ? new Uint8Array(file) : file;
  const options = { body, query: { ...wish }, headers: { "content-type": "text/csv", ...headers } };
  return client.expect("POST", `/api/v1/datasets/${dataset}/imports`, options);
}

/** Waits until the import is done, failed or cancelled. */
export function settled(client: Client, importId: string, timeout = 120_000): Promise<Import> {
  return eventually(
    `import ${importId} settles`,
    async () => {
      const state = await client.get<Import>(`/api/v1/imports/${importId}`);
      return ["done", "failed", "cancelled"].includes(state.status) && state;
    },
    timeout,
  );
}

export async function importFile(
  client: Client,
  dataset: string,
  file: FileBody,
  wish: ImportWish = {},
  headers: Record<string, string> = {},
): Promise<Import> {
  const begun = await startImport(client, dataset, file, wish, headers);
  return settled(client, begun.id);
}

export type AnyQuery = Group | FlatQuery;

export function preview(client: Client, dataset: string, query: AnyQuery, sample = 10): Promise<Preview> {
  return client.post("/api/v1/segments/preview", { dataset_id: dataset, query, sample });
}

export async function countOf(client: Client, dataset: string, query: AnyQuery): Promise<number> {
  return (await preview(client, dataset, query, 0)).count;
}

/** One condition as a query. */
export const only = (field: string, operator: string, value?: unknown, matchCase?: boolean): Group => ({
  combinator: "and",
  rules: [
    {
      field,
      operator,
      ...(value === undefined ? {} : { value }),
      ...(matchCase === undefined ? {} : { match_case: matchCase }),
    },
  ],
});

export const getSegment = (client: Client, id: string): Promise<Segment> => client.get(`/api/v1/segments/${id}`);

export async function createSegment(
  client: Client,
  dataset: string,
  query: AnyQuery,
  more: object = {},
): Promise<Segment> {
  const body = { dataset_id: dataset, name: `segment-${crypto.randomUUID()}`, query, ...more };
  const made = await client.post<Segment>("/api/v1/segments", body);
  return untilLive(client, made.id);
}

export function untilLive(client: Client, id: string, version = 0): Promise<Segment> {
  return eventually(
    `segment ${id} is live`,
    async () => {
      const segment = await getSegment(client, id);
      if (segment.status === "failed") throw new Error(`segment ${id} failed: ${JSON.stringify(segment)}`);
      return segment.status === "live" && segment.version >= version && segment;
    },
    60_000,
  );
}

export function members(client: Client, segment: string, limit = 1_000): Promise<Member[]> {
  return allPages<Member>(client, `/api/v1/segments/${segment}/members`, limit);
}

export async function memberKeys(client: Client, segment: string, limit = 1_000): Promise<string[]> {
  return (await members(client, segment, limit)).map((member) => member.key).sort();
}

export const verify = (client: Client, segment: string): Promise<Verification> =>
  client.post(`/api/v1/segments/${segment}/verify`);
