/** Finds a Chromium for the browser tests, or installs Debian's where that is possible. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const PLACES = ["/usr/bin", "/usr/local/bin", "/snap/bin"];
const MAC = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Playwright's cache holds `chromium-<revision>/chrome-linux/chrome`; newest first. */
function playwrightPrograms(): string[] {
  const cache = process.env.PLAYWRIGHT_BROWSERS_PATH ?? join(homedir(), ".cache", "ms-playwright");
  if (!existsSync(cache)) return [];
  const folders = readdirSync(cache).filter((name) => name.startsWith("chromium-"));
  const ends = [join("chrome-linux", "chrome"), join("chrome-linux64", "chrome")];
  return folders
    .sort()
    .reverse()
    .flatMap((folder) => ends.map((end) => join(cache, folder, end)));
}

/** The path of a Chromium: CUTTY_CHROMIUM, the system's, Playwright's; null when there is none. */
function findChromium(): string | null {
  const given = process.env.CUTTY_CHROMIUM;
  if (given !== undefined && given !== "") return isProgram(given) ? given : null;
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...PLACES].filter((folder) => folder !== "");
  const system = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...system, ...MAC, ...playwrightPrograms()].find(isProgram) ?? null;
}

/** Debian's package, where we may install it. True when the installation ran through. */
function installChromium(): boolean {
  if (process.getuid?.() !== 0 || !isProgram("/usr/bin/apt-get")) return false;
  const apt = (...args: string[]): boolean =>
    spawnSync("apt-get", args, {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    }).status === 0;
  console.log("chromium: not found, installing Debian's package");
  return apt("update", "-q") && apt("install", "-y", "-q", "--no-install-recommends", "chromium");
}

/** A Chromium's path, installed if need be; null after saying in one line how to get one. */
export function ensureChromium(): string | null {
  const found =
    findChromium() ?? (process.env.CUTTY_CHROMIUM === undefined && installChromium() ? findChromium() : null);
  if (found === null) {
    console.error(
      'chromium: none found; install Chromium or Chrome (for example "apt-get install chromium") or name one in CUTTY_CHROMIUM.',
    );
  }
  return found;
}
