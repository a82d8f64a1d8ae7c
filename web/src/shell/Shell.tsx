/** What stays while views change: the menu, the search, the live stream, and a place to drop files anywhere. */
import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { LiveProvider } from "../live/LiveProvider.tsx";
import { BottomBar, SideBar } from "./Menu.tsx";
import { useShellKeys } from "./useShellKeys.ts";

const Search = lazy(() => import("./Search.tsx"));
const DropAnywhere = lazy(() => import("./DropAnywhere.tsx"));

export function Shell() {
  const [searching, setSearching] = useState(false);
  const search = () => setSearching(true);
  useShellKeys(search);
  return (
    <LiveProvider>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <div className="shell">
        <SideBar search={search} />
        <Outlet />
        <BottomBar search={search} />
      </div>
      <Suspense>{searching && <Search close={() => setSearching(false)} />}</Suspense>
      <Suspense>
        <DropAnywhere />
      </Suspense>
    </LiveProvider>
  );
}
