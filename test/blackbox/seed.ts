/** The seed of every random test: `CUTTY_SEED`, else a new one; printed, so that a failure can be run again. */
export const seed = Number(process.env.CUTTY_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`CUTTY_SEED=${seed}`);
