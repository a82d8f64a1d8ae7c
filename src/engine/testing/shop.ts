/** A schema with everything that a query may name: customers with purchases, in stores. Tests only. */
import type { QuerySchema, SchemaRelation } from "../query/schema.ts";
import type { Field } from "../values/types.ts";

const customers: Field[] = [
  { id: 0, name: "state", type: "text" },
  { id: 1, name: "spend", type: "number" },
  { id: 2, name: "active", type: "boolean" },
  { id: 3, name: "born", type: "date" },
  { id: 4, name: "seen_at", type: "datetime" },
  { id: 5, name: "tags", type: "text_array" },
  { id: 6, name: "store_id", type: "text" },
];

export const purchases: SchemaRelation = {
  id: "rel_1",
  number: 1,
  kind: "has_many",
  name: "purchases",
  field: 0,
  dataset_id: "ds_purchases",
  fields: [
    { id: 0, name: "customer_id", type: "text" },
    { id: 1, name: "amount", type: "number" },
    { id: 2, name: "purchased_on", type: "date" },
    { id: 3, name: "sku", type: "text" },
    { id: 4, name: "labels", type: "text_array" },
  ],
  segments: [{ id: "seg_returns", name: "Returns" }],
};

export const visits: SchemaRelation = {
  id: "rel_2",
  number: 2,
  kind: "has_many",
  name: "visits",
  field: 0,
  dataset_id: "ds_visits",
  fields: [
    { id: 0, name: "visitor", type: "text" },
    { id: 1, name: "began_at", type: "datetime" },
    { id: 2, name: "ended_at", type: "datetime" },
    { id: 3, name: "mobile", type: "boolean" },
  ],
};

export const store: SchemaRelation = {
  id: "rel_3",
  number: 3,
  kind: "belongs_to",
  name: "store",
  field: 6,
  dataset_id: "ds_stores",
  fields: [
    { id: 0, name: "region", type: "text" },
    { id: 1, name: "opened_on", type: "date" },
    { id: 2, name: "size", type: "number" },
  ],
};

export const shop = {
  fields: customers,
  relations: [purchases, visits, store],
  segments: [
    { id: "seg_unsubscribed", name: "Unsubscribed" },
    { id: "seg_loyal", name: "Loyal" },
  ],
} satisfies QuerySchema;
