/** The parts of a view that has several, each with its address. */
import "./tabs.css";
import type { ReactNode } from "react";

export function Tabs({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav className="tabs" aria-label={label}>
      {children}
    </nav>
  );
}
