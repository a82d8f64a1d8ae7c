/** The engine's boundary: pure, no I/O, no platform, no clock of its own. */
export * from "./bitmap/index.ts";
export * from "./columns/index.ts";
export * from "./explain/index.ts";
export * from "./formula/index.ts";
export { type Operator, operatorsFor, type Takes } from "./operators/index.ts";
export * from "./packed/index.ts";
export * from "./plan/index.ts";
export { PERIODS, type TimeWindow } from "./predicates/predicate.ts";
export * from "./query/index.ts";
export * from "./related/index.ts";
export * from "./time/index.ts";
export * from "./values/index.ts";
