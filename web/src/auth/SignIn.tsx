import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef } from "react";
import { getAuthState, signIn, signInByLink } from "../api/session.ts";
import { Failed } from "../parts/States.tsx";
import { Door } from "./Door.tsx";
import { useEnter } from "./useEnter.ts";

const route = getRouteApi("/sign-in");

export function SignIn() {
  const { token, next } = route.useSearch();
  return token ? <ByLink token={token} /> : <ByPassword next={next} />;
}

function ByPassword({ next }: { next: string | undefined }) {
  const enter = useEnter(signIn, next);
  const { data: state } = useQuery({ queryKey: ["auth"], queryFn: getAuthState });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    enter.mutate({ email: String(form.get("email")), password: String(form.get("password")) });
  };
  if (state?.needs_setup) {
    return (
      <Door title="Nobody is here yet" note="This installation has no owner.">
        <p>
          Open the one-time set-up link that the program printed when it started. Starting it again prints a new one.
        </p>
      </Door>
    );
  }
  return (
    <Door title="Sign in">
      <form onSubmit={submit}>
        <TextInput name="email" type="email" label="E-mail" autoComplete="username" required autoFocus />
        <PasswordInput name="password" label="Password" autoComplete="current-password" required />
        {enter.error && <Failed what="Not signed in." error={enter.error} />}
        <Button type="submit" fullWidth loading={enter.isPending}>
          Sign in
        </Button>
      </form>
    </Door>
  );
}

/** A link works once, so it is used once, whatever the page does. */
function ByLink({ token }: { token: string }) {
  const { mutate, error } = useEnter(signInByLink);
  const used = useRef(false);
  useEffect(() => {
    if (used.current) return;
    used.current = true;
    mutate(token);
  }, [token, mutate]);
  return (
    <Door title={error ? "This link does not work" : "Signing in…"}>
      {error && <Failed what="A sign-in link works once." error={error} />}
      {error && (
        <Button component="a" href="/sign-in" variant="default" fullWidth>
          Sign in with a password
        </Button>
      )}
    </Door>
  );
}
