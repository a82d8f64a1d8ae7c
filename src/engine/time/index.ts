export { crossedSpans, nextCrossing } from "./crossings.ts";
export { type WindowSpans, windowSpans } from "./window-spans.ts";
