import { expect, test } from "vitest";
import { looksLikeKeyOf, namesFor, singular } from "./relationNames.ts";

test("W71 a relation is named after its field and its file", () => {
  expect(namesFor("customer_id", "Purchases", "Customers")).toEqual({ name: "customer", reverse_name: "purchases" });
  expect(namesFor("homeStoreId", "Web visits", "Stores")).toEqual({ name: "home_store", reverse_name: "web_visits" });
  expect(namesFor("id", "Purchases", "Customers")).toEqual({ name: "customer", reverse_name: "purchases" });
  expect(["Companies", "Boxes", "Address", "People"].map(singular)).toEqual(["company", "box", "address", "people"]);
});

test("W72 a column looks like another file's key by its name", () => {
  const customers = { name: "Customers", key: "customerID" };
  const looks = (column: string, dataset = customers) => looksLikeKeyOf(column, dataset);
  expect(
    ["customer_id", "customerid", "Customer ID", "customer", "customer_no"].map((column) => looks(column)),
  ).toEqual([true, true, true, true, true]);
  expect(["id", "amount", "customer_name"].some((column) => looks(column))).toBe(false);
  expect(looks("id", { name: "Stores", key: "id" })).toBe(false);
  expect(looks("store_id", { name: "Stores", key: "id" })).toBe(true);
});
