/** What an export is given. */
import type { Outcome } from "../../platform/problem.ts";
import type { R2Bucket } from "../../platform/types.ts";
import type { StoredRecord } from "../../shard/interface.ts";
import type { ExportRequest } from "./interface.ts";

export interface MembersPage {
  readonly records: readonly StoredRecord[];
  readonly last: number;
  readonly done: boolean;
}

export interface ExportPorts {
  now(): number;
  readonly files: Pick<R2Bucket, "put" | "head" | "delete" | "createMultipartUpload" | "resumeMultipartUpload">;
  /** Members of one shard with row numbers above `after`. */
  readMembers(request: ExportRequest, shard: number, after: number, limit: number): Promise<Outcome<MembersPage>>;
}
