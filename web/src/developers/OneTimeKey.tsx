import { Button, CopyButton, TextInput } from "@mantine/core";
import type { NewKey } from "../api/keys.ts";

export interface ShownKey {
  readonly key: NewKey;
  readonly what: "made" | "rolled";
}

/** The key's text, shown this once. */
export function OneTimeKey({ shown: { key, what }, close }: { shown: ShownKey; close: () => void }) {
  const example = `curl -H "X-API-Key: ${key.key}" ${window.location.origin}/api/v1/public/segments`;
  return (
    <div className="one-time-key" role="status">
      <p>
        <b>{key.name}</b> {what === "made" ? "is made" : "has a new secret"}.{" "}
        <span className="faint">Copy it now: it is shown this once and is not kept.</span>
      </p>
      <div className="row">
        <TextInput
          aria-label="The key"
          value={key.key}
          readOnly
          className="grow mono"
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyButton value={key.key}>
          {({ copy, copied }) => <Button onClick={copy}>{copied ? "Copied" : "Copy"}</Button>}
        </CopyButton>
        <Button variant="default" onClick={close}>
          Done
        </Button>
      </div>
      <p className="faint">Try it:</p>
      <pre className="try-it">{example}</pre>
    </div>
  );
}
