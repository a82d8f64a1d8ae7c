/** What an empty installation needs before anybody can sign in. */
import type { D1Database } from "../platform/types.ts";
import { foundWorkspace } from "./auth/found.ts";
import { SET_UP_LINK_MS } from "./auth/one-time.ts";
import { derivedToken } from "./auth/tokens.ts";
import { type Database, openDatabase, runBatch, violated } from "./database.ts";
import { keepSetUpLink } from "./repositories/links.ts";
import { anyUser } from "./repositories/users.ts";
import { isTimeZone } from "./time-zone.ts";

export interface FirstStartEnv {
  readonly DB: D1Database;
  readonly SECRET: string;
  readonly PUBLIC_URL?: string;
  readonly TIME_ZONE?: string;
  readonly CLOCK_OFFSET_MS?: string;
  readonly ADMIN_EMAIL?: string;
  readonly ADMIN_PASSWORD?: string;
}

/**
 * On an empty database: makes the first owner and workspace from ADMIN_EMAIL and ADMIN_PASSWORD, else a one-time
 * set-up link for the host to print, the same one at every start until it is used. Otherwise nothing. Safe to call at
 * every start, and in many places at once.
 */
export async function firstStart(env: FirstStartEnv): Promise<{ set_up_link: string | null }> {
  const db = openDatabase(env.DB);
  if (await anyUser(db)) return { set_up_link: null };
  const now = Date.now() + Number(env.CLOCK_OFFSET_MS ?? 0);
  if (env.ADMIN_EMAIL && env.ADMIN_PASSWORD) {
    await foundFromEnvironment(db, env, env.ADMIN_EMAIL, env.ADMIN_PASSWORD, now);
    return { set_up_link: null };
  }
  const token = await derivedToken(env.SECRET, "set-up link");
  await keepSetUpLink(db, token, now, now + SET_UP_LINK_MS);
  return { set_up_link: `${env.PUBLIC_URL ?? ""}/set-up?token=${token}` };
}

/** The zone of a new installation. */
export function startZone(timeZone: string | undefined): string {
  if (!timeZone) return "UTC";
  if (isTimeZone(timeZone)) return timeZone;
  throw new Error(`The time zone ${timeZone} is not known. Use a name such as Europe/Berlin or UTC.`);
}

async function foundFromEnvironment(db: Database, env: FirstStartEnv, email: string, password: string, now: number) {
  const founding = { email, password, workspace_name: "My workspace", time_zone: startZone(env.TIME_ZONE) };
  const { statements } = await foundWorkspace(db, founding, now);
  try {
    await runBatch(db, statements);
  } catch (error) {
    // Another instance of the program was quicker.
    if (!violated(error, "UNIQUE", "users.email")) throw error;
  }
}
