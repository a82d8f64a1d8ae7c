/** Names of people, places and firms, made of syllables: distinct, pronounceable, the same every time. */

const HEADS = ["Ma", "Jo", "Ka", "Li", "An", "Be", "Da", "El", "Ge", "Ha", "Ro", "Sa", "Ti", "Vi", "Wa", "Pe"];
const MIDDLES = ["r", "n", "l", "s", "m", "t", "d", "th", "rr", "v"];
const TAILS = ["ia", "a", "o", "en", "is", "ey", "an", "us", "ie", "ine", "ard", "ette"];
const LAST_TAILS = ["son", "man", "berg", "ez", "sen", "ton", "well", "field", "ing", "er"];
const TOWN_TAILS = ["ville", "burg", " Springs", "ford", " City", "port", " Falls", "wood"];

/** The `count` first combinations, the tails turning fastest, so that neighbours look different. */
function combine(count: number, ...parts: readonly (readonly string[])[]): string[] {
  return Array.from({ length: count }, (_, n) => {
    let rest = n;
    const chosen = parts.map((part) => {
      const piece = part[rest % part.length] ?? "";
      rest = Math.floor(rest / part.length);
      return piece;
    });
    return chosen.join("");
  });
}

export const firstNames = combine(400, HEADS, MIDDLES, TAILS);
export const lastNames = combine(1_000, HEADS, MIDDLES, LAST_TAILS);
export const cityNames = combine(
  2_000,
  HEADS,
  ["r", "l", "n", "th", "d", "mb", "st", "v"],
  ["", "e", "o", "ing"],
  TOWN_TAILS,
);

export const states = (
  "CA TX FL NY PA IL OH GA NC MI NJ VA WA AZ TN MA IN MO MD WI CO MN SC AL LA KY OR OK CT UT " +
  "IA NV AR MS KS NM NE ID WV HI NH ME MT RI DE SD ND AK VT WY"
).split(" ");

export const plans = ["Free", "Basic", "Pro", "Business", "Enterprise"];

export const mailHosts = [
  ...["gmail.com", "yahoo.com", "outlook.com", "icloud.com", "hotmail.com", "aol.com", "proton.me", "gmx.net"],
  ...Array.from({ length: 120 }, (_, n) => `${(lastNames[n * 7] ?? "firm").toLowerCase()}-corp.com`),
];

export const categories = (
  "Shoes Books Garden Toys Grocery Beauty Sports Music Pets Office Kitchen Audio Video Travel Baby Tools Bikes " +
  "Games Health Art"
).split(" ");
