/** The project's own source files, for the checks. */
import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** The repository's root. */
export const root = join(import.meta.dirname, "..", "..");

const SKIPPED = new Set(["node_modules", "dist", "coverage", ".git", ".wrangler"]);

/** Paths below `folder` that `wanted` accepts, relative to `base`, with `/`, sorted. */
export function filesBelow(base: string, folder: string, wanted: (path: string) => boolean): string[] {
  const found: string[] = [];
  const visit = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      if (SKIPPED.has(entry.name)) continue;
      const path = join(at, entry.name);
      if (entry.isDirectory()) visit(path);
      else found.push(relative(base, path).split(sep).join("/"));
    }
  };
  visit(join(base, folder));
  return found.filter(wanted).sort();
}

export const isSource = (path: string): boolean => /\.(ts|tsx|mts|mjs)$/.test(path) && !path.endsWith(".d.ts");
export const isTest = (path: string): boolean => /\.(test\.tsx?|contract\.ts)$/.test(path);
