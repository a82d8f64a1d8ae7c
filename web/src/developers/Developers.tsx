/** What partners' programs are let in with. */
import "./developers.css";
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { Page, Section } from "../parts/Page.tsx";
import { Exposed } from "./Exposed.tsx";
import { KeyForm } from "./KeyForm.tsx";
import { Keys } from "./Keys.tsx";
import { OneTimeKey, type ShownKey } from "./OneTimeKey.tsx";

export function Developers() {
  const [making, setMaking] = useState(false);
  const [shown, setShown] = useState<ShownKey | null>(null);
  return (
    <Page
      title="Developers"
      actions={
        <Button leftSection={<IconPlus size={15} />} onClick={() => setMaking(true)}>
          New key
        </Button>
      }
    >
      {shown && <OneTimeKey shown={shown} close={() => setShown(null)} />}
      <Section title="API keys">
        <Keys show={setShown} make={() => setMaking(true)} />
      </Section>
      <Section title="Shown through the API">
        <Exposed />
      </Section>
      {making && <KeyForm close={() => setMaking(false)} made={setShown} />}
    </Page>
  );
}
