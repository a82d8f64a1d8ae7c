/** What a view shows when it has nothing, is not ready, or failed. */
import { Button, Skeleton } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { asProblem } from "../api/http.ts";

interface EmptyProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

/** Nothing yet: says what belongs here and the next step. */
export function Empty({ icon, title, children, action }: EmptyProps) {
  return (
    <div className="empty">
      <div className="empty-icon" aria-hidden>
        {icon}
      </div>
      <h2>{title}</h2>
      <p>{children}</p>
      {action && <div className="empty-action">{action}</div>}
    </div>
  );
}

interface FailedProps {
  readonly what: string;
  readonly error: unknown;
  readonly retry?: (() => void) | undefined;
}

/** What failed, why, and what to do. */
export function Failed({ what, error, retry }: FailedProps) {
  const problem = asProblem(error);
  return (
    <div className="failed" role="alert">
      <IconAlertTriangle size={18} aria-hidden />
      <div>
        <strong>{what}</strong>
        <p>{problem.detail}</p>
        {problem.request_id && problem.status >= 500 && <p className="faint">Request {problem.request_id}</p>}
      </div>
      {retry && (
        <Button variant="default" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

const WIDTHS = [62, 48, 71, 55, 66, 44, 58];

/** Rows of the shape that is about to come. */
export function LoadingRows({ rows = 6, columns = 4 }: { rows?: number; columns?: number }) {
  return (
    <div className="loading" role="status" aria-busy="true" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <div className="loading-row" key={row}>
          {Array.from({ length: columns }, (_, column) => (
            <Skeleton
              // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
              key={column}
              height={10}
              width={`${WIDTHS[(row * 3 + column) % WIDTHS.length]}%`}
            />
          ))}
        </div>
      ))}
    </div>
  );
}
