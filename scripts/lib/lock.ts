/**
 * What makes package-lock.json install everywhere. Pure.
 *
 * A registry that does not serve the binaries of other platforms makes `npm install` drop them from the
 * lock file without a word, and then `npm ci` refuses the file. So every optional dependency has to have
 * an entry. And no entry may name a registry's address: integrity hashes pin the packages, where they
 * come from is the machine's own business.
 */

export interface LockEntry {
  readonly version?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly cpu?: readonly string[];
  readonly os?: readonly string[];
  readonly libc?: readonly string[];
}

/** By path: `node_modules/a/node_modules/b`. */
export type LockPackages = Readonly<Record<string, LockEntry>>;

interface Missing {
  readonly name: string;
  readonly version: string;
  readonly dev: boolean;
}

const OS = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"];
const CPU = ["arm", "arm64", "ia32", "ppc64", "riscv64", "s390x", "x64"];
const ALSO: Readonly<Record<string, string>> = { windows: "win32", "64": "x64" };

export function addressed(packages: LockPackages): string[] {
  return Object.keys(packages).filter((path) => /^(git\+)?(https?|ssh):/.test(packages[path]?.resolved ?? ""));
}

/** Optional dependencies that the lock file has no entry for. */
export function missingOptional(packages: LockPackages): Missing[] {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {}, dev = false }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !isResolved(packages, path, name))
      .map(([name, version]) => ({ name, version, dev })),
  );
}

/** As Node looks a package up: in the package's own node_modules, then in those above it. */
function isResolved(packages: LockPackages, from: string, name: string): boolean {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    if (`${at === "" ? "" : `${at}/`}node_modules/${name}` in packages) return true;
    if (at === "") return false;
  }
}

/** The lock file's packages with an entry for each missing one, for the platform that its name says. */
export function completed(packages: LockPackages): LockPackages {
  const added = missingOptional(packages).map(
    (missing) => [`node_modules/${missing.name}`, platformEntry(missing)] as const,
  );
  const all: (readonly [string, LockEntry])[] = [...Object.entries(packages), ...added];
  return Object.fromEntries(all.sort(([a], [b]) => a.localeCompare(b, "en")));
}

function platformEntry({ name, version, dev }: Missing): LockEntry {
  const words = (name.split("/").at(-1) ?? "").split("-").map((word) => ALSO[word] ?? word);
  const [os, cpu] = [OS, CPU].map((known) => words.filter((word) => known.includes(word)));
  if (os?.length !== 1) throw new Error(`${name}: its name says no platform; add it to package-lock.json by hand`);
  return {
    version,
    ...(cpu?.length === 1 && { cpu }),
    ...(dev && { dev }),
    ...(words.includes("musl") && { libc: ["musl"] }),
    optional: true,
    os,
  };
}
