const [dot, hyphen, underscore] = [0x2e, 0x2d, 0x5f];

/**
 * Whether a host is a name in normal form at first sight: labels of `a-z`, `0-9`, `_` and inner `-`, the last of which
 * begins with a letter and so is no number. Names with a label in Punycode are not looked at here. Read character by
 * character, because a decision needs it every time and a regular expression with such labels goes back and forth.
 */
export function isPlainName(host: string): boolean {
  if (host.length > 253 || host.includes('xn--')) return false;
  let start = 0;
  for (let at = 0; at < host.length; at++) {
    const code = host.charCodeAt(at);
    if (code === dot) {
      if (!isLabel(host, start, at)) return false;
      start = at + 1;
    } else if (!isLetter(code) && !isDigit(code) && code !== hyphen && code !== underscore) return false;
  }
  return isLabel(host, start, host.length) && isLetter(host.charCodeAt(start));
}

/** Whether the characters between, each of which may stand in a label, are one. */
function isLabel(host: string, start: number, end: number): boolean {
  const length = end - start;
  if (length < 1 || length > 63) return false;
  return host.charCodeAt(start) !== hyphen && host.charCodeAt(end - 1) !== hyphen;
}

function isLetter(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
