/** The frame of the views for people who are not signed in. */
import "./auth.css";
import { type ReactNode, useEffect } from "react";

export function Door({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Cutty`;
  }, [title]);
  return (
    <main className="door">
      <div className="door-inside">
        <img src="/mark.svg" alt="" width={36} height={36} />
        <h1>{title}</h1>
        {note && <p className="door-note">{note}</p>}
        {children}
      </div>
    </main>
  );
}
