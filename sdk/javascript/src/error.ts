/** What went wrong, as a value that programs can decide by. */
export interface Failure {
  readonly code: string;
  readonly status?: number;
  readonly detail: string;
  readonly request_id?: string | null;
  readonly path?: string | null;
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly retryAfter?: number | null;
  readonly cause?: unknown;
}

/**
 * Every error of this package but two: a wrong argument of a constructor throws a TypeError, and a call whose `signal`
 * was aborted throws the signal's reason, as `fetch` does.
 *
 * Codes that come from here and not from the API: `network_error`, `timeout`, `unexpected_redirect`,
 * `unexpected_answer`, `export_failed`, and those of `verifyWebhook`.
 */
export class CuttyError extends Error {
  /** Stable, snake_case: `segment_not_found`, `rate_limited`, … */
  readonly code: string;
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** What was wrong and how to mend it, for people. */
  readonly detail: string;
  /** To be reported to whoever runs the API. */
  readonly request_id: string | null;
  /** The wrong part of the input: `query.rules[2].value`. */
  readonly path: string | null;
  /** What else the answer says: `needed_scope`, `limit`, … */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Seconds after which the call may be made again; null where the answer does not say. */
  readonly retryAfter: number | null;
  /** How often the call was sent. */
  attempts = 1;

  constructor(failure: Failure) {
    const { code, status = 0, detail, request_id = null, path = null, facts = {}, retryAfter = null, cause } = failure;
    const place = path === null ? "" : `, at ${path}`;
    const request = request_id === null ? "" : `, request ${request_id}`;
    super(
      `${detail} (${status === 0 ? "" : `${status} `}${code}${place}${request})`,
      cause === undefined ? {} : { cause },
    );
    this.name = "CuttyError";
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.request_id = request_id;
    this.path = path;
    this.facts = facts;
    this.retryAfter = retryAfter;
  }
}
