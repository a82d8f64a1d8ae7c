/** What callers say of a segment. */
import * as z from "zod";

export const Tags = z.array(z.string().trim().min(1).max(60)).max(50);
export const Description = z.string().max(5000);
/** Read by the engine, which says what is wrong with it and where. */
export const QueryInput = z
  .unknown()
  .meta({ description: "A group {combinator, not?, rules} or the flat form {conditions, logic}." });
