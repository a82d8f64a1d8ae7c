/** Before a first import: columns that hold another file's keys, as the values in them show. */
import "./relations.css";
import { Checkbox, TextInput } from "@mantine/core";
import type { RelationDraft } from "../api/datasets.ts";
import { Section } from "../parts/Page.tsx";
import type { Offer } from "./useOffers.ts";

/** What was decided of an offer, by its field: what to make of it, or null for no relation. */
export type Decided = ReadonlyMap<string, RelationDraft | null>;

/** Where every value that was tried is a key, the relation is made unless it is unchecked. */
export function decidedOn({ draft, found, tried }: Offer, decided: Decided): RelationDraft | null {
  const said = decided.get(draft.field);
  return said === undefined ? (found === tried ? draft : null) : said;
}

interface RelationOffersProps {
  readonly offers: readonly Offer[];
  readonly decided: Decided;
  readonly change: (decided: Decided) => void;
}

export function RelationOffers({ offers, decided, change }: RelationOffersProps) {
  if (offers.length === 0) return null;
  const set = (field: string, draft: RelationDraft | null) => change(new Map(decided).set(field, draft));
  return (
    <Section title="Relations" aside="so that segments can ask about both files">
      <ul className="relation-offers">
        {offers.map((offer) => {
          const { draft: offered, otherName, found, tried } = offer;
          const draft = decidedOn(offer, decided);
          return (
            <li key={offered.field}>
              <Checkbox
                label={`${offered.field} points at ${otherName}`}
                description={`${found} of the first ${tried} values are keys there`}
                checked={draft !== null}
                onChange={(event) => set(offered.field, event.currentTarget.checked ? offered : null)}
              />
              {draft && (
                <>
                  <TextInput
                    aria-label={`What ${offered.field} points at is called`}
                    description="It is called"
                    value={draft.name}
                    onChange={(event) => set(offered.field, { ...draft, name: event.currentTarget.value })}
                  />
                  <TextInput
                    aria-label={`What ${otherName} call these rows`}
                    description="These rows are called, there"
                    value={draft.reverse_name}
                    onChange={(event) => set(offered.field, { ...draft, reverse_name: event.currentTarget.value })}
                  />
                </>
              )}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
