import { Button, TextInput } from "@mantine/core";
import type { FormEvent } from "react";

/** Any record by its key, whether it is a member or not. */
export function AskWhy({ open }: { open: (key: string) => void }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const key = String(new FormData(event.currentTarget).get("key")).trim();
    if (key !== "") open(key);
  };
  return (
    <form className="ask-why" onSubmit={submit}>
      <TextInput name="key" aria-label="Key of a record" placeholder="Key of a record" required />
      <Button type="submit" variant="default">
        Explain
      </Button>
    </form>
  );
}
