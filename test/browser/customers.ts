/** A small dataset and a segment over it, made through the API. */
import { eventually } from "../blackbox/eventually.ts";
import type { Site } from "./site.ts";

export interface Made {
  readonly dataset: string;
  readonly segment: string;
}

const CSV = `id,name,email,state,spend,joined
c1,Ada,ada@example.com,CA,120,2026-01-05
c2,Ben,ben@example.com,CA,40,2026-02-11
c3,Cleo,cleo@example.com,NY,300,2025-11-30
c4,Dan,dan@example.com,CA,95.5,2026-03-02
c5,Eve,,TX,,2026-03-09
`;

/** Five customers; "Californians" are c1, c2 and c4. */
export async function makeCustomers(site: Site): Promise<Made> {
  const fields = [
    { name: "name", type: "text" },
    { name: "email", type: "text" },
    { name: "state", type: "text" },
    { name: "spend", type: "number" },
    { name: "joined", type: "date" },
  ];
  const dataset = await site.call<{ id: string }>("POST", "/datasets", { name: "Customers", key: "id", fields });
  const job = await site.call<{ id: string }>("POST", `/datasets/${dataset.id}/imports?file_name=customers.csv`, CSV);
  await eventually("the import is done", async () => {
    const { status } = await site.call<{ status: string }>("GET", `/imports/${job.id}`);
    return status === "done";
  });
  const segment = await site.call<{ id: string }>("POST", "/segments", {
    dataset_id: dataset.id,
    name: "Californians",
    query: { combinator: "and", rules: [{ field: "state", operator: "equals", value: "CA" }] },
  });
  return { dataset: dataset.id, segment: segment.id };
}
