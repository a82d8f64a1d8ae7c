/**
 * Which folder may import which: docs/architecture.md as a table. Pure, so that it can be tested on
 * imports that the project does not have.
 */
import { posix } from "node:path";

/** A prefix of paths, and the prefixes of ours that it may import. Its own folder is always allowed. */
interface FolderRule {
  readonly folder: string;
  readonly may: readonly string[];
  /** May be imported for their types only. */
  readonly mayTypes?: readonly string[];
  /** No package either: the folder is pure. */
  readonly pure?: true;
}

/** The shard as others see it: what may be asked of it, and which one a key lives in. */
const SHARD_INTERFACE = ["src/shard/interface.ts", "src/shard/home.ts"];
const OBJECT_SIDE = ["src/platform", "src/engine", "src/control", ...SHARD_INTERFACE];

/** The first rule whose folder fits holds. */
const FOLDER_RULES: readonly FolderRule[] = [
  { folder: "src/platform", may: [], pure: true },
  { folder: "src/engine", may: ["src/platform"], pure: true },
  { folder: "src/shard", may: ["src/platform", "src/engine"] },
  {
    folder: "src/control",
    may: ["src/platform", "src/engine"],
    mayTypes: ["src/shard/interface.ts", "src/ingest/interface.ts", "src/deliver/interface.ts"],
  },
  { folder: "src/ingest", may: OBJECT_SIDE },
  { folder: "src/deliver", may: OBJECT_SIDE },
  {
    folder: "src/api",
    may: ["src/platform", "src/engine", "src/shard", "src/control", "src/ingest", "src/deliver"],
  },
  { folder: "src/program.ts", may: ["src"] },
  { folder: "src/wiring", may: ["src"] },
  { folder: "src/hosts/node", may: ["src/program.ts", "src/platform"] },
  { folder: "src/hosts/cloudflare", may: ["src/program.ts", "src/platform"] },
  { folder: "web", may: [] },
  { folder: "sdk/javascript", may: [], pure: true },
  { folder: "scripts", may: ["src"] },
  { folder: "bench", may: ["src", "test"] },
  { folder: "test", may: ["src/hosts", "src/platform", "scripts/lib", "sdk/javascript"] },
];

/** What tests beside the code may import in addition: they run it on real bindings, against real shards. */
const TESTS_MAY = ["src/hosts/node", "src/platform", "src/shard", "test"];

/** Helpers of tests: a folder or a file called `testing`. */
export const isTestHelper = (path: string): boolean => /\/testing(\/|\.ts$)/.test(path);

const HOST_MODULES = [
  {
    prefix: "node:",
    folder: "src/hosts/node",
    // Modules that Cloudflare has, too.
    also: [
      { folder: "src/control/auth", module: "node:crypto" },
      { folder: "src/ingest/csv", module: "node:zlib" },
      { folder: "src/ingest/csv", module: "node:stream" },
    ],
  },
  { prefix: "cloudflare:", folder: "src/hosts/cloudflare", also: [] },
];

/** One import as it stands in a file. */
export interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

const STATIC = /^[ \t]*(?:import|export)(\s+type)?\s+(?:[\w$*{][^;"'`]*?\sfrom\s*)?["']([^"']+)["']/gm;
const DYNAMIC = /\bimport\(\s*["']([^"']+)["']/g;
const WORKER = /new URL\(\s*["'](\.[^"']+\.[mc]?[jt]sx?)["'],\s*import\.meta\.url/g;

/** All imports of a source text: static, dynamic, and files named for a worker. */
export function importsOf(source: string): Import[] {
  const found: Import[] = [];
  for (const match of source.matchAll(STATIC))
    found.push({ specifier: match[2] ?? "", typeOnly: match[1] !== undefined });
  for (const pattern of [DYNAMIC, WORKER])
    for (const match of source.matchAll(pattern)) found.push({ specifier: match[1] ?? "", typeOnly: false });
  return found;
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** Why `file` (relative to the root) may not import this, or null. */
export function refusal(file: string, imported: Import, isTest: boolean): string | null {
  const { specifier, typeOnly } = imported;
  const rule = FOLDER_RULES.find(({ folder }) => isWithin(file, folder));
  if (rule === undefined) return file.startsWith("src/") ? `${file} is in no folder of the table` : null;
  if (/^(node|cloudflare):/.test(specifier)) return hostRefusal(file, specifier, isTest);
  if (!specifier.startsWith(".")) {
    return rule.pure && !isTest ? `${rule.folder} is pure and imports no package (${specifier})` : null;
  }
  const target = posix.join(posix.dirname(file), specifier);
  const allowed = [rule.folder, ...rule.may, ...(typeOnly ? (rule.mayTypes ?? []) : []), ...(isTest ? TESTS_MAY : [])];
  if (allowed.some((folder) => isWithin(target, folder))) return null;
  if (isTest && isTestHelper(target)) return null;
  const what = typeOnly ? "types of" : "code of";
  return `${rule.folder} may not import ${what} ${target} (it may: ${rule.may.join(", ") || "nothing of ours"})`;
}

/** `node:` belongs to the Node host and `cloudflare:` to the other one; what is not below src/ runs on Node. */
function hostRefusal(file: string, specifier: string, isTest: boolean): string | null {
  if (isTest) return null;
  if (file.startsWith("sdk/")) return `${specifier} is on one host only: the SDK runs on all of them`;
  if (!file.startsWith("src/")) return null;
  const host = HOST_MODULES.find(({ prefix }) => specifier.startsWith(prefix));
  if (host === undefined || isWithin(file, host.folder)) return null;
  if (host.also.some(({ folder, module }) => specifier === module && isWithin(file, folder))) return null;
  return `${specifier} may be imported in ${host.folder} only`;
}
