/** The menu: at the side where there is room, at the bottom on a phone. */
import { UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { meQuery } from "../api/session.ts";
import { useConnection } from "../live/LiveProvider.tsx";
import { Account } from "./Account.tsx";
import { VIEWS } from "./views.tsx";

export const COMMAND = /Mac|iP(hone|ad)/.test(navigator.userAgent) ? "⌘" : "Ctrl ";

export function SideBar({ search }: { search: () => void }) {
  const { data: me } = useQuery(meQuery);
  return (
    <aside className="side">
      <Link to="/" className="side-name" aria-label="Home">
        <img src="/mark.svg" alt="" width={22} height={22} />
        <span>{me?.workspace.name ?? "Cutty"}</span>
      </Link>
      <UnstyledButton className="side-search" onClick={search}>
        <IconSearch size={15} aria-hidden />
        <span>Search</span>
        <kbd>{COMMAND}K</kbd>
      </UnstyledButton>
      <nav className="side-views" aria-label="Views">
        {VIEWS.map(({ to, label, icon: Icon }) => (
          <Link key={to} to={to} activeOptions={{ exact: to === "/" }}>
            <Icon size={17} stroke={1.7} aria-hidden />
            {label}
          </Link>
        ))}
      </nav>
      <div className="side-foot">
        <ConnectionState />
        <Account />
      </div>
    </aside>
  );
}

export function BottomBar({ search }: { search: () => void }) {
  return (
    <>
      <div className="phone-top">
        <Link to="/" className="side-name" aria-label="Home">
          <img src="/mark.svg" alt="" width={22} height={22} />
          <span>Cutty</span>
        </Link>
        <ConnectionState />
        <UnstyledButton className="phone-search" onClick={search} aria-label="Search">
          <IconSearch size={18} aria-hidden />
        </UnstyledButton>
        <Account />
      </div>
      <nav className="bottom" aria-label="Views">
        {VIEWS.map(({ to, label, icon: Icon }) => (
          <Link key={to} to={to} activeOptions={{ exact: to === "/" }}>
            <Icon size={20} stroke={1.6} aria-hidden />
            {label}
          </Link>
        ))}
      </nav>
    </>
  );
}

/** Silent while all is well. */
function ConnectionState() {
  const connection = useConnection();
  if (connection !== "reconnecting") return null;
  return (
    <p className="reconnecting" role="status">
      <i aria-hidden /> Reconnecting…
    </p>
  );
}
