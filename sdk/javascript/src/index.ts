/** The public API of Cutty: segments, their exact members, exports, webhooks. */
export { Cutty, type CuttyOptions, type StreamMembersOptions } from "./cutty.ts";
export { CuttyError } from "./error.ts";
export type { Exports, WaitOptions } from "./exports.ts";
export type { FollowItem, FollowOptions } from "./follow.ts";
export type { CreateOptions } from "./idempotency.ts";
export { LiveMembers } from "./live-members.ts";
export type { MembersOptions } from "./members.ts";
export type { RateLimit } from "./rate-limit.ts";
export type { ListSegmentsOptions, Segments, UpdateSegmentOptions } from "./segments.ts";
export type { Export, ExportFormat, ExportInput } from "./shapes/export.ts";
export type { ExportedMember, Fields, Member } from "./shapes/member.ts";
export type {
  Segment,
  SegmentBrief,
  SegmentChange,
  SegmentCount,
  SegmentInput,
  SegmentQuery,
} from "./shapes/segment.ts";
export type { Snapshot } from "./snapshot.ts";
export type { CallOptions } from "./transport.ts";
export { verifyWebhook, type WebhookBody, type WebhookToVerify } from "./webhook.ts";
