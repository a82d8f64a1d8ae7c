import { Button, Checkbox, Modal, MultiSelect, NumberInput, Select, TextInput } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type ApiKey, createKey, type KeyDraft, type KeyLimits, patchKey, SCOPES, type Scope } from "../api/keys.ts";
import { segmentsQuery } from "../api/segments.ts";
import { may, meQuery } from "../api/session.ts";
import { Failed } from "../parts/States.tsx";
import type { ShownKey } from "./OneTimeKey.tsx";
import { SCOPE_WORDS, STANDARD } from "./scopes.ts";

interface KeyFormProps {
  /** Without it a new one is made. */
  readonly apiKey?: ApiKey;
  readonly close: () => void;
  readonly made?: (key: ShownKey) => void;
}

const DAY_MS = 24 * 3_600_000;
const LIVES = [
  { value: "never", label: "until it is revoked" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "a year" },
];

/** Its name, what it may do, for which segments, how often and until when. */
export function KeyForm({ apiKey, close, made }: KeyFormProps) {
  const client = useQueryClient();
  const { data: me } = useQuery(meQuery);
  const [scopes, setScopes] = useState<readonly Scope[]>(apiKey?.scopes ?? ["segments:read", "segments:members:read"]);
  const [segmentIds, setSegmentIds] = useState<readonly string[]>(apiKey?.segment_ids ?? []);
  const [limits, setLimits] = useState<KeyLimits>(apiKey?.rate_limits ?? {});
  const [life, setLife] = useState("never");
  const save = useMutation({
    mutationFn: async (draft: KeyDraft) => {
      if (apiKey) await patchKey(apiKey.id, draft);
      else made?.({ key: await createKey(draft), what: "made" });
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["keys"] });
      close();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name")).trim();
    const expires_at = life === "never" ? (apiKey?.expires_at ?? null) : inDays(Number(life));
    const segment_ids = segmentIds.length === 0 ? null : segmentIds;
    save.mutate({ name, scopes, segment_ids, rate_limits: limits, expires_at });
  };
  return (
    <Modal opened onClose={close} title={apiKey ? "Change a key" : "New key"} size="lg">
      <form onSubmit={submit} className="key-form">
        <TextInput
          name="name"
          label="Name"
          placeholder="Whose program it is for"
          defaultValue={apiKey?.name}
          required
        />
        <fieldset className="scopes">
          <legend>It may</legend>
          {SCOPES.map((scope) => (
            <Checkbox
              key={scope}
              label={SCOPE_WORDS[scope].label}
              description={SCOPE_WORDS[scope].about}
              checked={scopes.includes(scope)}
              disabled={!me || !may(me.role, SCOPE_WORDS[scope].role)}
              onChange={({ currentTarget: { checked } }) =>
                setScopes(SCOPES.filter((one) => (one === scope ? checked : scopes.includes(one))))
              }
            />
          ))}
        </fieldset>
        <SegmentChoice chosen={segmentIds} choose={setSegmentIds} />
        <div className="key-limits">
          <Calls
            label="Calls an hour"
            standard={STANDARD.standard}
            value={limits.standard}
            set={(to) => setLimits(withLimit(limits, "standard", to))}
          />
          <Calls
            label="Of members, an hour"
            standard={STANDARD.members}
            value={limits.members}
            set={(to) => setLimits(withLimit(limits, "members", to))}
          />
          <Select
            label="Good for"
            data={apiKey?.expires_at ? [{ value: "never", label: "as long as before" }, ...LIVES.slice(1)] : LIVES}
            value={life}
            onChange={(value) => value && setLife(value)}
            allowDeselect={false}
          />
        </div>
        {save.error && <Failed what={apiKey ? "Not changed." : "No key was made."} error={save.error} />}
        <div className="row form-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending} disabled={scopes.length === 0}>
            {apiKey ? "Save" : "Make the key"}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function SegmentChoice({ chosen, choose }: { chosen: readonly string[]; choose: (ids: readonly string[]) => void }) {
  const { data } = useInfiniteQuery(segmentsQuery({}));
  const exposed = (data?.pages ?? []).flatMap((page) => page.data).filter(({ api_exposed }) => api_exposed);
  const known = exposed.map(({ id, name }) => ({ value: id, label: name }));
  const others = chosen
    .filter((id) => !known.some(({ value }) => value === id))
    .map((id) => ({ value: id, label: id }));
  return (
    <MultiSelect
      label="Segments"
      placeholder={chosen.length === 0 ? "All that are shown through the API" : ""}
      data={[...known, ...others]}
      value={[...chosen]}
      onChange={choose}
      searchable
      clearable
    />
  );
}

interface CallsProps {
  readonly label: string;
  readonly standard: number;
  readonly value: number | undefined;
  readonly set: (to: number | undefined) => void;
}

function Calls({ label, standard, value, set }: CallsProps) {
  return (
    <NumberInput
      label={label}
      placeholder={standard.toLocaleString("en")}
      value={value ?? ""}
      onChange={(to) => set(typeof to === "number" ? to : undefined)}
      min={1}
      max={10_000_000}
      allowDecimal={false}
      thousandSeparator=","
      hideControls
    />
  );
}

/** The standard again where nothing is said. */
function withLimit(limits: KeyLimits, name: keyof KeyLimits, to: number | undefined): KeyLimits {
  const { [name]: _, ...others } = limits;
  return to === undefined ? others : { ...others, [name]: to };
}

const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();
