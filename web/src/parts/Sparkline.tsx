/** A count's way since the page was opened, as a small line; nothing until it has moved. */
import type { Point } from "../live/moves.ts";

interface SparklineProps {
  readonly points: readonly Point[];
  readonly width?: number;
  readonly height?: number;
}

export function Sparkline({ points, width = 72, height = 18 }: SparklineProps) {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || points.length < 2) return <span className="spark" style={{ width, height }} aria-hidden />;
  const change = last.count - first.count;
  return (
    <svg
      className="spark"
      width={width}
      height={height}
      role="img"
      aria-label={`${signed(change)} since you opened the page`}
    >
      <polyline points={path(points, width, height)} fill="none" />
    </svg>
  );
}

export const signed = (change: number) =>
  `${change > 0 ? "+" : change < 0 ? "−" : "±"}${Math.abs(change).toLocaleString("en-US")}`;

/** A count holds until it changes: steps, not slopes. */
function path(points: readonly Point[], width: number, height: number): string {
  const counts = points.map((point) => point.count);
  const low = Math.min(...counts);
  const span = Math.max(...counts) - low || 1;
  const step = width / points.length;
  const y = (count: number) => (height - 2 - ((count - low) / span) * (height - 4)).toFixed(1);
  return counts
    .map((count, i) => `${(i * step).toFixed(1)},${y(count)} ${((i + 1) * step).toFixed(1)},${y(count)}`)
    .join(" ");
}
