import { Button, PasswordInput, TextInput } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { join } from "../api/session.ts";
import { Failed } from "../parts/States.tsx";
import { Door } from "./Door.tsx";
import { useEnter } from "./useEnter.ts";

const route = getRouteApi("/join");

export function Join() {
  const { token } = route.useSearch();
  const enter = useEnter(join);
  if (!token) {
    return (
      <Door title="Join">
        <p>This address is not complete. Copy the whole link of your invitation.</p>
      </Door>
    );
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    enter.mutate({ token, name: String(form.get("name")).trim(), password: String(form.get("password")) });
  };
  return (
    <Door title="Join the workspace" note="Choose how you are called here and a password.">
      <form onSubmit={submit}>
        <TextInput name="name" label="Your name" autoComplete="name" required autoFocus />
        <PasswordInput name="password" label="Password" autoComplete="new-password" required minLength={8} />
        {enter.error && <Failed what="Not joined." error={enter.error} />}
        <Button type="submit" fullWidth loading={enter.isPending}>
          Join
        </Button>
      </form>
    </Door>
  );
}
