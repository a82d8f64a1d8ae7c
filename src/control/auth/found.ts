/** A new workspace with its first owner, as statements for one batch. */
import { newId } from "../../platform/ids.ts";
import type { Database, Statement } from "../database.ts";
import { insertMember } from "../repositories/members.ts";
import { insertUser } from "../repositories/users.ts";
import { insertWorkspace, type Workspace } from "../repositories/workspaces.ts";
import { normaliseEmail } from "./email.ts";
import { hashPassword } from "./password.ts";

export interface Founding {
  readonly email: string;
  readonly password: string;
  readonly name?: string | undefined;
  readonly workspace_name: string;
  readonly time_zone: string;
}

export interface Founded {
  readonly workspace: Workspace;
  readonly owner: { readonly id: string; readonly email: string; readonly name: string };
  readonly statements: readonly Statement[];
}

/** Nothing is written until the statements run. A taken address makes them fail as `UNIQUE users.email`. */
export async function foundWorkspace(db: Database, founding: Founding, now: number): Promise<Founded> {
  const email = normaliseEmail(founding.email);
  const owner = { id: newId("usr"), email, name: founding.name ?? nameFrom(email) };
  const workspace = { id: newId("ws"), name: founding.workspace_name, time_zone: founding.time_zone, created_at: now };
  const user = { ...owner, password_hash: await hashPassword(founding.password), created_at: now };
  const statements = [
    insertWorkspace(db, workspace),
    insertUser(db, user),
    insertMember(db, workspace.id, owner.id, "owner", now),
  ];
  return { workspace, owner, statements };
}

/** Until people say their name, the part before the @ stands for it. */
function nameFrom(email: string): string {
  return email.split("@")[0] ?? email;
}
