/** Words the sample customers are made of. */

export const FIRST_NAMES = (
  "Olivia Liam Emma Noah Amelia Oliver Sophia Mateo Isabella Elijah Mia Lucas Camila Levi Luna Ezra Aria Kai " +
  "Priya Arjun Ananya Rohan Mei Wei Xin Jun Yuki Haruto Aiko Minh Linh Fatima Omar Layla Yusuf Zainab Ibrahim " +
  "Chloe Ethan Zoe Daniel Nora Samuel Hannah David Leah Isaac Grace Henry Ruth Walter Irene George Gloria Frank " +
  "José María Diego Valentina Santiago Renée François Søren Zoë Björn Aaliyah Malik Imani Jamal Keisha Darius"
).split(" ");

export const LAST_NAMES = (
  "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson " +
  "Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis " +
  "Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera " +
  "Campbell Mitchell Carter Roberts Patel Kim Chen Wang Singh Kaur Shah Tran Pham Yamamoto Sato O'Brien O'Neill " +
  "Müller Núñez Sørensen D'Angelo Khan Ahmed Hassan Ali Okafor Mensah Cohen Levy Kowalski Ivanova Rossi Silva"
).split(" ");

export const INTERESTS =
  "outdoors running cycling cooking travel music gaming photography gardening books yoga pets".split(" ");

/** Names that are reserved for examples: no mail to them ever reaches anybody. */
export const MAIL_DOMAINS = [
  ["example.com", 70],
  ["example.net", 18],
  ["example.org", 12],
] as const;

export interface Place {
  readonly state: string;
  readonly areaCode: string;
  readonly cities: readonly string[];
}

const place = (state: string, areaCode: string, cities: string): Place => ({
  state,
  areaCode,
  cities: cities.split(", "),
});

/** States with weights after their population. */
export const PLACES: readonly (readonly [Place, number])[] = [
  [place("CA", "415", "Los Angeles, San Francisco, San Diego, San Jose, Sacramento, Oakland, Fresno"), 39],
  [place("TX", "512", "Houston, Austin, Dallas, San Antonio, El Paso"), 30],
  [place("FL", "305", "Miami, Orlando, Tampa, Jacksonville"), 22],
  [place("NY", "212", "New York, Buffalo, Rochester, Albany"), 20],
  [place("PA", "215", "Philadelphia, Pittsburgh, Allentown"), 13],
  [place("IL", "312", "Chicago, Naperville, Springfield"), 12.5],
  [place("OH", "614", "Columbus, Cleveland, Cincinnati"), 11.8],
  [place("GA", "404", "Atlanta, Savannah, Augusta"), 10.9],
  [place("NC", "919", "Charlotte, Raleigh, Durham"), 10.7],
  [place("MI", "313", "Detroit, Grand Rapids, Ann Arbor"), 10],
  [place("NJ", "201", "Newark, Jersey City, Princeton"), 9.3],
  [place("VA", "703", "Richmond, Arlington, Norfolk"), 8.7],
  [place("WA", "206", "Seattle, Spokane, Tacoma"), 7.8],
  [place("AZ", "602", "Phoenix, Tucson, Mesa"), 7.4],
  [place("MA", "617", "Boston, Worcester, Cambridge"), 7],
  [place("CO", "303", "Denver, Boulder, Colorado Springs"), 5.9],
  [place("MN", "612", "Minneapolis, Saint Paul, Duluth"), 5.7],
  [place("OR", "503", "Portland, Eugene, Salem"), 4.2],
  [place("UT", "801", "Salt Lake City, Provo, Ogden"), 3.4],
  [place("NM", "505", "Albuquerque, Santa Fe, Las Cruces"), 2.1],
];
