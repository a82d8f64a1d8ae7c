/** The host in an e-mail address, a URL or a bare host name. */

const SCHEME = /^(?:[a-z][a-z0-9+.-]*:)?\/\//i;
const HOST = /^[\p{L}\p{N}\p{M}_-]+(?:\.[\p{L}\p{N}\p{M}_-]+)*$/u;
/** What stands alone is a host only where it ends as one does: not `3.14`. */
const BARE = /\.[\p{L}_-]*\p{L}[\p{L}\p{N}\p{M}_-]*$/u;

/** In small letters, without port; null where there is none. */
export function domainOf(text: string): string | null {
  return plainHost(text) ?? anyHost(text);
}

/** Of the usual address: letters and digits of ASCII, an `@`, and nothing before it that a URL might have. Else null. */
function plainHost(text: string): string | null {
  let at = text.length;
  let last = 0;
  for (let sign = DOT; ; last = sign) {
    if (at === 0) return null;
    sign = signOf(text.charCodeAt(--at));
    if (sign === 0 || (sign === DOT && last !== LETTER)) break;
  }
  const host = text.slice(at + 1);
  if (text.charCodeAt(at) !== AT || last !== LETTER) return null;
  for (let i = 0; i < at; i++) if (signOf(text.charCodeAt(i)) === 0) return null;
  return host.toLowerCase();
}

const AT = 64;
const LETTER = 1;
const DOT = 2;
/** 1 for the letters, digits and lines of host names, 2 for the dot, 0 for all else. */
const signs = Uint8Array.from({ length: 128 }, (_, code) =>
  /[a-z0-9_-]/i.test(String.fromCharCode(code)) ? LETTER : 0,
);
signs[46] = DOT;

const signOf = (code: number): number => (code < 128 ? (signs[code] as number) : 0);

function anyHost(text: string): string | null {
  const whole = text.trim();
  const scheme = SCHEME.exec(whole)?.[0] ?? "";
  const authority = upTo(/[/?#\\]/, whole.slice(scheme.length));
  const at = authority.lastIndexOf("@");
  const host = upTo(/[:>,;\s]/, authority.slice(at + 1)).replace(/\.$/, "");
  if (!HOST.test(host) || (scheme === "" && at < 0 && !BARE.test(host))) return null;
  return host.toLowerCase();
}

function upTo(end: RegExp, text: string): string {
  const at = text.search(end);
  return at < 0 ? text : text.slice(0, at);
}
