/** Runs one command of the test run in a process group of its own, so that nothing of it stays behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { root } from "./files.ts";

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Ended after this many minutes. */
  readonly minutes: number;
  /** Keeps the output and shows it only when the command fails. */
  readonly quiet?: boolean;
}

/** Some tools colour a file or a pipe, too. */
const PLAIN = process.stdout.isTTY ? {} : { NO_COLOR: "1" };

const running = new Set<ChildProcess>();

const endGroup = (child: ChildProcess): void => {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // The group is gone already: that is what we want.
  }
};

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    for (const child of running) endGroup(child);
    process.exit(130);
  });
}

/** True when the command ended with 0 in its time. */
export function run(command: Command): Promise<boolean> {
  const { program, args, env, minutes, quiet = false } = command;
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...PLAIN, ...env },
    detached: true,
    stdio: ["ignore", quiet ? "pipe" : "inherit", quiet ? "pipe" : "inherit"],
  });
  running.add(child);
  let output = "";
  const keep = (part: Buffer): void => {
    output += part.toString();
  };
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", keep);
  const timer = setTimeout(() => {
    output += `\nnot done after ${minutes} minutes: ended\n`;
    if (!quiet) console.error(`not done after ${minutes} minutes: ended`);
    endGroup(child);
  }, minutes * 60_000);
  return new Promise((resolve) => {
    const settle = (good: boolean): void => {
      clearTimeout(timer);
      endGroup(child);
      running.delete(child);
      if (!good && output !== "") process.stderr.write(output);
      resolve(good);
    };
    child.on("error", (error) => {
      output += `${error.message}\n`;
      settle(false);
    });
    child.on("close", (code) => settle(code === 0));
  });
}
