/** ⌘K: reaches every view, file and segment. */
import "@mantine/spotlight/styles.layer.css";
import { createSpotlight, Spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import { IconDatabasePlus, IconFileSpreadsheet, IconPlus, IconSearch, IconUsersGroup } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import { datasetsQuery } from "../api/datasets.ts";
import { segmentsQuery } from "../api/segments.ts";
import { useShown } from "../parts/deletions.ts";
import { formatCount, plural } from "../parts/format.ts";
import { VIEWS } from "./views.tsx";

const [store, spotlight] = createSpotlight();

export default function Search({ close }: { close: () => void }) {
  const actions = useActions();
  useEffect(() => spotlight.open(), []);
  return (
    <Spotlight
      store={store}
      actions={actions}
      onSpotlightClose={close}
      shortcut={null}
      nothingFound="Nothing has this name."
      centered={false}
      yOffset="12dvh"
      highlightQuery
      scrollable
      maxHeight={420}
      limit={40}
      transitionProps={{ duration: 80 }}
      overlayProps={{ blur: 0, backgroundOpacity: 0.3 }}
      searchProps={{
        leftSection: <IconSearch size={17} />,
        placeholder: "Go to a view, a file or a segment",
        "aria-label": "Search",
      }}
    />
  );
}

function useActions(): SpotlightActionGroupData[] {
  const navigate = useNavigate();
  const { data: segments } = useInfiniteQuery(segmentsQuery({}));
  const isShown = useShown();
  const { data: datasets } = useQuery(datasetsQuery);
  return useMemo(() => {
    const views = VIEWS.map(({ to, label, icon: Icon }) => ({
      id: `view ${to}`,
      label,
      leftSection: <Icon size={17} stroke={1.6} />,
      onClick: () => void navigate({ to }),
    }));
    const make = [
      { to: "/segments/new", label: "New segment", icon: <IconPlus size={17} /> },
      { to: "/files/new", label: "Import a file", icon: <IconDatabasePlus size={17} /> },
    ] as const;
    const found = (segments?.pages.flatMap((page) => page.data) ?? [])
      .filter(({ id }) => isShown(id))
      .map((segment) => ({
        id: segment.id,
        label: segment.name,
        description: `${formatCount(segment.member_count)} members${segment.tags.length ? ` · ${segment.tags.join(", ")}` : ""}`,
        leftSection: <IconUsersGroup size={17} stroke={1.6} />,
        onClick: () => void navigate({ to: "/segments/$id", params: { id: segment.id }, search: {} }),
      }));
    const data = (datasets?.data ?? [])
      .filter(({ id }) => isShown(id))
      .map((dataset) => ({
        id: dataset.id,
        label: dataset.name,
        description: plural(dataset.record_count, "row"),
        leftSection: <IconFileSpreadsheet size={17} stroke={1.6} />,
        onClick: () => void navigate({ to: "/files/$id", params: { id: dataset.id }, search: {} }),
      }));
    return [
      { group: "Segments", actions: found },
      { group: "Files", actions: data },
      { group: "Views", actions: views },
      {
        group: "Make",
        actions: make.map(({ to, label, icon }) => ({
          id: `make ${to}`,
          label,
          leftSection: icon,
          onClick: () => void navigate({ to, search: {} }),
        })),
      },
    ].filter(({ actions }) => actions.length > 0);
  }, [segments, datasets, navigate, isShown]);
}
