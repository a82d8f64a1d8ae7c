/** How large a formula may be. */

/** Characters of the source. */
export const MAX_SOURCE = 10_000;
/** Levels of brackets, calls and operators; a sum of n terms has n levels. */
export const MAX_LEVELS = 200;
/** Parts of the tree, with computed fields replaced by what they stand for. */
export const MAX_PARTS = 5_000;
