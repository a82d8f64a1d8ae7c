import { useQuery } from "@tanstack/react-query";
import { may, meQuery, type Role } from "../api/session.ts";

/** Whether the one who is signed in has a role's rights. */
export function useMay(needed: Role): boolean {
  const { data } = useQuery(meQuery);
  return data !== undefined && may(data.role, needed);
}
