/** Every repository function that is given a workspace is called with another's, for everything that one has. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, runBatch, type Statement } from "../database.ts";
import { NOW, newTenant, type Tenant, type TestDatabase, testDatabase } from "../testing/database.ts";
import * as apiKeys from "./api-keys.ts";
import * as datasets from "./datasets.ts";
import * as destinations from "./destinations.ts";
import * as exports from "./exports.ts";
import * as imports from "./imports.ts";
import * as links from "./links.ts";
import * as lists from "./lists.ts";
import * as members from "./members.ts";
import * as segmentNames from "./segment-names.ts";
import * as segmentVersions from "./segment-versions.ts";
import * as segments from "./segments.ts";
import * as syncs from "./syncs.ts";
import * as uploads from "./uploads.ts";

let control: TestDatabase;
let theirs: Tenant;
let mine: string;
let invite: string;
const query = { combinator: "and", rules: [] } as const;
const page = { after: null, limit: 100 };

beforeAll(async () => {
  control = testDatabase();
  theirs = await newTenant(control.db, "theirs");
  mine = (await newTenant(control.db, "mine")).workspace_id;
  invite = await fill(control.db, theirs);
});
afterAll(() => control.close());

/** One of everything. The invitation's id. */
async function fill(db: Database, { workspace_id, user_id }: Tenant): Promise<string> {
  const times = { created_at: NOW, updated_at: NOW };
  const own = { workspace_id, created_by: user_id };
  await runBatch(db, [
    datasets.insertDataset(db, { ...own, id: "ds_1", name: "d", key_kind: "row_hash", fields: [], ...times }),
    ...segments.insertSegment(db, {
      ...{ ...own, id: "seg_1", dataset_id: "ds_1", name: "s", description: "", tags: [], owner_id: null },
      ...{ query, api_exposed: false, ...times },
    }),
  ]);
  const file = { file_name: "f", bytes: 1, file_key: "k", created_at: NOW };
  await imports.insertImport(db, {
    ...own,
    ...file,
    id: "imp_1",
    dataset_id: "ds_1",
    mode: "upsert",
    confirm_removal: false,
  });
  await uploads.insertUpload(db, { ...own, ...file, id: "upl_1", status: "open" });
  const destination = { ...own, id: "dst_1", type: "sandbox", name: "a", status: "connected", created_at: NOW };
  await destinations.insertDestination(db, destination);
  const pair = { segment_id: "seg_1", destination_id: "dst_1" };
  await syncs.insertSync(db, { ...own, ...pair, id: "syn_1", mapping: {}, last_synced_at: null, created_at: NOW });
  await apiKeys.createKey(db, {
    ...{ id: "key_1", workspace_id, user_id, name: "k", scopes: ["segments:read"], segment_ids: null },
    ...{ rate_limits: {}, created_at: NOW, expires_at: null },
  });
  const item = { workspace_id, segment_id: null, item_count: 1, bytes: 1, api_exposed: true, created_at: NOW };
  await lists.insertList(db, { ...item, id: "lst_1", name: "l", created_by: user_id });
  await exports.insertExport(db, {
    ...{ id: "exp_1", workspace_id, segment_id: "seg_1", key_id: "key_1", format: "csv", fields: [] },
    ...{ created_at: NOW, expires_at: NOW + 1e9 },
  });
  const link = { kind: "invite", workspace_id, email: "i@example.com", role: "viewer" } as const;
  return (await links.createLink(db, { ...link, created_at: NOW, expires_at: NOW + 1e9 })).id;
}

async function everything(): Promise<unknown> {
  const { results } = await control.d1
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
    .all<{ name: string }>();
  const tables = results.map(({ name }) => name).filter((name) => !name.startsWith("_") && !name.startsWith("sqlite"));
  return Promise.all(
    tables.map((name) =>
      control.d1
        .prepare(`SELECT * FROM ${name}`)
        .all()
        .then((table) => table.results),
    ),
  );
}

type Reader = (db: Database, workspaceId: string) => Promise<unknown>;
const readers: [string, Reader][] = [
  ["findDataset", (db, ws) => datasets.findDataset(db, ws, "ds_1")],
  ["findDatasetView", (db, ws) => datasets.findDatasetView(db, ws, "ds_1")],
  ["listDatasets", (db, ws) => datasets.listDatasets(db, ws, page)],
  ["datasetsOf", (db, ws) => datasets.datasetsOf(db, ws)],
  ["findSegment", (db, ws) => segments.findSegment(db, ws, "seg_1")],
  ["listSegments", (db, ws) => segments.listSegments(db, ws, {}, { sort: "name", descending: false, ...page })],
  ["allSegments", (db, ws) => segments.allSegments(db, ws, { dataset_id: "ds_1" }, 10)],
  ["segmentsOf", (db, ws) => segments.segmentsOf(db, ws, "ds_1")],
  ["segmentHeads", (db, ws) => segments.segmentHeads(db, ws, "ds_1")],
  ["queriesOf", (db, ws) => segments.queriesOf(db, ws, ["seg_1"])],
  ["segmentNames", (db, ws) => segmentNames.segmentNames(db, ws, ["ds_1"])],
  ["segmentsById", (db, ws) => segmentNames.segmentsById(db, ws, ["seg_1"])],
  ["segmentsWithText", (db, ws) => segmentNames.segmentsWithText(db, ws, "combinator")],
  ["listVersions", (db, ws) => segmentVersions.listVersions(db, ws, "seg_1", { before: null, limit: 10 })],
  ["findVersion", (db, ws) => segmentVersions.findVersion(db, ws, "seg_1", 1)],
  ["findImport", (db, ws) => imports.findImport(db, ws, "imp_1")],
  ["listImports", (db, ws) => imports.listImports(db, ws, "ds_1", page)],
  ["findUpload", (db, ws) => uploads.findUpload(db, ws, "upl_1")],
  ["findDestination", (db, ws) => destinations.findDestination(db, ws, "dst_1")],
  ["listDestinations", (db, ws) => destinations.listDestinations(db, ws, page)],
  ["findSync", (db, ws) => syncs.findSync(db, ws, "syn_1")],
  ["listSyncs", (db, ws) => syncs.listSyncs(db, ws, { segment_id: "seg_1" }, page)],
  ["findMember", (db, ws) => members.findMember(db, ws, theirs.user_id)],
  ["findKey", (db, ws) => apiKeys.findKey(db, ws, "key_1")],
  ["listKeys", (db, ws) => apiKeys.listKeys(db, ws, null)],
  ["findExport", (db, ws) => exports.findExport(db, ws, "exp_1")],
  ["findList", (db, ws) => lists.findList(db, ws, "lst_1")],
  ["listLists", (db, ws) => lists.listLists(db, ws, page)],
  ["findInvite", (db, ws) => links.findInvite(db, ws, invite)],
  ["listInvites", (db, ws) => links.listInvites(db, ws, NOW)],
];

test.each(readers)("A41 %s finds what is its workspace's, and nothing of another", async (_name, read) => {
  const empty = (value: unknown) => value === null || (Array.isArray(value) && value.length === 0);
  expect(empty(await read(control.db, theirs.workspace_id))).toBe(false);
  expect(empty(await read(control.db, mine))).toBe(true);
});

const statement = (make: (db: Database, ws: string) => Statement | Statement[]): Reader => {
  return (db, ws) => runBatch(db, [make(db, ws)].flat());
};
const writers: [string, Reader][] = [
  ["updateDataset", statement((db, ws) => datasets.updateDataset(db, ws, "ds_1", { name: "stolen" }))],
  ["deleteDatasetRow", statement((db, ws) => datasets.deleteDatasetRow(db, ws, "ds_1"))],
  ["updateSegment", statement((db, ws) => segments.updateSegment(db, ws, "seg_1", { name: "stolen" }, NOW))],
  ["requireVersion", statement((db, ws) => segments.requireVersion(db, ws, "seg_1", 99))],
  ["deleteSegmentRow", statement((db, ws) => segments.deleteSegmentRow(db, ws, "seg_1"))],
  ["completeUpload", (db, ws) => uploads.completeUpload(db, ws, "upl_1", { file_key: "stolen", bytes: 1 })],
  ["deleteUpload", (db, ws) => uploads.deleteUpload(db, ws, "upl_1")],
  ["renameDestination", (db, ws) => destinations.renameDestination(db, ws, "dst_1", "stolen")],
  ["deleteDestination", (db, ws) => destinations.deleteDestination(db, ws, "dst_1")],
  ["replaceMapping", statement((db, ws) => syncs.replaceMapping(db, ws, "syn_1", { email: "stolen" }))],
  ["deleteSyncRow", statement((db, ws) => syncs.deleteSyncRow(db, ws, "syn_1"))],
  ["updateKey", (db, ws) => apiKeys.updateKey(db, ws, "key_1", { name: "stolen" })],
  ["rollKey", (db, ws) => apiKeys.rollKey(db, ws, "key_1", NOW)],
  ["revokeKey", (db, ws) => apiKeys.revokeKey(db, ws, "key_1", NOW)],
  ["updateList", (db, ws) => lists.updateList(db, ws, "lst_1", { name: "stolen" })],
  ["deleteList", (db, ws) => lists.deleteList(db, ws, "lst_1")],
  ["setRole", (db, ws) => members.setRole(db, ws, theirs.user_id, "viewer")],
  ["removeMember", (db, ws) => members.removeMember(db, ws, theirs.user_id)],
  ["deleteInvite", (db, ws) => links.deleteInvite(db, ws, invite)],
];

test.each(writers)("A41 %s changes nothing of another workspace", async (_name, write) => {
  const before = await everything();
  await write(control.db, mine);
  expect(await everything()).toEqual(before);
});

test("A41 every function of a repository that takes a workspace is in one of these tables", () => {
  const named = new Set([...readers, ...writers].map(([name]) => name));
  // These insert what carries its workspace; the first of each pair is called above with the row's own.
  const inserting = ["insertMember", "replaceQuery"];
  const modules = [
    datasets,
    destinations,
    imports,
    links,
    members,
    segmentNames,
    segments,
    segmentVersions,
    syncs,
    uploads,
  ];
  const functions = modules.flatMap((module) =>
    Object.entries(module).filter(([, value]) => typeof value === "function"),
  );
  const scoped = functions.filter(([, value]) =>
    /^(?:async )?function \w+\(\s*db\w*,\s*workspaceId/.test(String(value)),
  );
  const missing = scoped.map(([name]) => name).filter((name) => !named.has(name) && !inserting.includes(name));
  expect(scoped.length).toBeGreaterThan(20);
  expect(missing.filter((name) => name !== "listMembers")).toEqual([]);
});
