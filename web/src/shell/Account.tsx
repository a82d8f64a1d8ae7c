import { Menu, SegmentedControl, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { IconDeviceDesktop, IconLogout, IconMoon, IconSun } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { meQuery, signOut } from "../api/session.ts";

const SCHEMES = [
  { value: "light", label: <IconSun size={15} aria-label="Light" /> },
  { value: "auto", label: <IconDeviceDesktop size={15} aria-label="As the system" /> },
  { value: "dark", label: <IconMoon size={15} aria-label="Dark" /> },
];

export function Account() {
  const { data: me } = useQuery(meQuery);
  const client = useQueryClient();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  if (!me) return null;
  const leave = async () => {
    await signOut();
    await navigate({ to: "/sign-in", search: {} });
    client.clear();
  };
  const shown = me.user.name || me.user.email;
  return (
    <Menu position="top-start" width={224}>
      <Menu.Target>
        <UnstyledButton className="account" aria-label={`Account of ${shown}`}>
          <span className="face" aria-hidden>
            {shown.slice(0, 1).toUpperCase()}
          </span>
          <span className="account-name">{shown}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me.user.email} · {me.role}
        </Menu.Label>
        <div className="account-look">
          <SegmentedControl
            fullWidth
            size="xs"
            aria-label="Colours"
            data={SCHEMES}
            value={colorScheme}
            onChange={(value) => setColorScheme(value as "light" | "dark" | "auto")}
          />
        </div>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={leave}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
