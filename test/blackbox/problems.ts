/** What every refusal must look like (RFC 9457 with a code, a mend and a request id). */
import { expect } from "vitest";
import type { Answer } from "./client.ts";
import type { ProblemBody } from "./wire.ts";

/** Asserts a well-formed problem with this status (or one of these) and, where the documentation names it, this code. */
export function expectProblem(answer: Answer, status: number | readonly number[], code?: string): ProblemBody {
  const told = `${answer.status} ${answer.text.slice(0, 500)}`;
  const allowed = typeof status === "number" ? [status] : status;
  expect(allowed, told).toContain(answer.status);
  expect(answer.headers.get("content-type"), told).toMatch(/^application\/problem\+json/);
  expect(answer.headers.get("x-request-id"), told).toBeTruthy();
  const problem = answer.body as ProblemBody;
  expect(problem, told).toMatchObject({
    type: expect.any(String),
    title: expect.any(String),
    status: answer.status,
    code: expect.stringMatching(/^[a-z][a-z0-9_]*$/),
    detail: expect.stringMatching(/\w+ \w+/),
    request_id: expect.stringMatching(/\S/),
  });
  if (code !== undefined) expect(problem.code, told).toBe(code);
  return problem;
}
