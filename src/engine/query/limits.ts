/** How large a query may be. */
export const MAX_DEPTH = 8;
export const MAX_CONDITIONS = 200;
export const MAX_LIST = 10_000;
/** The longest length of time, in units. */
export const MAX_UNITS = 100_000;
/** The largest number of related records that a quantifier may ask for. */
export const MAX_RELATED = 1_000_000_000;
