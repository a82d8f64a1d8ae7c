/** A number that is the hero of its place; it glows for a moment when it changes. */
import { useEffect, useRef, useState } from "react";
import { formatCount } from "./format.ts";

interface CountProps {
  readonly value: number | undefined;
  readonly size?: "hero" | "large" | "row";
  /** Not up to date: shown greyed. */
  readonly stale?: boolean;
  readonly label?: string;
}

const GLOW = 900;

export function Count({ value, size = "row", stale = false, label }: CountProps) {
  const change = useChange(value);
  return (
    <span
      className={`count count-${size}`}
      data-stale={stale || undefined}
      data-change={change}
      {...(label ? { role: "status" } : {})}
    >
      {value === undefined ? "–" : formatCount(value)}
      {label && <span className="unseen"> {label}</span>}
    </span>
  );
}

function useChange(value: number | undefined): "up" | "down" | undefined {
  const last = useRef(value);
  const [change, setChange] = useState<"up" | "down">();
  useEffect(() => {
    const before = last.current;
    last.current = value;
    if (value === undefined || before === undefined || before === value) return;
    setChange(value > before ? "up" : "down");
    const timer = setTimeout(() => setChange(undefined), GLOW);
    return () => clearTimeout(timer);
  }, [value]);
  return change;
}
