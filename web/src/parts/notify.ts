/** Short messages in the corner. */
import { notifications } from "@mantine/notifications";
import { asProblem } from "../api/http.ts";

export const say = (message: string) => notifications.show({ message, autoClose: 4_000 });

export const sayProblem = (title: string, error: unknown) =>
  notifications.show({ color: "red", title, message: asProblem(error).detail, autoClose: 10_000 });
