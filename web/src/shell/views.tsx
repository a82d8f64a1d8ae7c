/** The views of the menu, in the order people work. */
import {
  IconBroadcast,
  IconCode,
  IconFileSpreadsheet,
  IconHome,
  IconSettings,
  IconUsersGroup,
} from "@tabler/icons-react";

export const VIEWS = [
  { to: "/", label: "Home", icon: IconHome },
  { to: "/segments", label: "Segments", icon: IconUsersGroup },
  { to: "/files", label: "Files", icon: IconFileSpreadsheet },
  { to: "/activation", label: "Activation", icon: IconBroadcast },
  { to: "/keys", label: "Developers", icon: IconCode },
  { to: "/settings", label: "Settings", icon: IconSettings },
] as const;
