/** The frame of every view: where it is, what it is called, what can be done. */
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";

interface Crumb {
  readonly label: string;
  readonly to: string;
}

interface PageProps {
  readonly title: string;
  readonly crumbs?: readonly Crumb[];
  readonly heading?: ReactNode;
  readonly actions?: ReactNode;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

export function Page({ title, crumbs = [], heading, actions, wide = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Cutty`;
  }, [title]);
  return (
    <main className="page" data-wide={wide || undefined} id="main" tabIndex={-1}>
      <header className="page-head">
        <div className="page-title">
          {crumbs.length > 0 && (
            <nav className="crumbs" aria-label="Where you are">
              {crumbs.map((crumb, i) => (
                <span key={crumb.to}>
                  <Link to={crumb.to}>{crumb.label}</Link>
                  {i < crumbs.length - 1 && <i aria-hidden>/</i>}
                </span>
              ))}
            </nav>
          )}
          {heading ?? <h1>{title}</h1>}
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </main>
  );
}

interface SectionProps {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

export function Section({ title, aside, children }: SectionProps) {
  return (
    <section className="section" aria-label={title}>
      <div className="section-head">
        <h2>{title}</h2>
        {aside && <div className="section-aside">{aside}</div>}
      </div>
      {children}
    </section>
  );
}
