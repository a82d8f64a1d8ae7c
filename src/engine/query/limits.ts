/** How large a query may be. */
export const MAX_DEPTH = 8;
export const MAX_CONDITIONS = 200;
export const MAX_LIST = 10_000;
