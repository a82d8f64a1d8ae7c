import { Button, PasswordInput, TextInput } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { setUp } from "../api/session.ts";
import { Failed } from "../parts/States.tsx";
import { Door } from "./Door.tsx";
import { useEnter } from "./useEnter.ts";

const route = getRouteApi("/set-up");

export function SetUp() {
  const { token } = route.useSearch();
  const enter = useEnter(setUp);
  if (!token) {
    return (
      <Door title="Set-up">
        <p>This address is not complete. Copy the whole link that the program printed when it started.</p>
      </Door>
    );
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const field = (name: string) => String(form.get(name) ?? "").trim();
    enter.mutate({
      token,
      email: field("email"),
      password: String(form.get("password")),
      name: field("name") || undefined,
      workspace_name: field("workspace") || undefined,
    });
  };
  return (
    <Door title="Set up Cutty" note="You become the owner: you can invite others afterwards.">
      <form onSubmit={submit}>
        <TextInput name="workspace" label="Workspace" placeholder="Your company or team" autoFocus />
        <TextInput name="name" label="Your name" autoComplete="name" />
        <TextInput name="email" type="email" label="E-mail" autoComplete="username" required />
        <PasswordInput name="password" label="Password" autoComplete="new-password" required minLength={8} />
        {enter.error && <Failed what="Not set up." error={enter.error} />}
        <Button type="submit" fullWidth loading={enter.isPending}>
          Begin
        </Button>
      </form>
    </Door>
  );
}
