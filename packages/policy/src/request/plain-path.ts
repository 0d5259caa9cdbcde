const [slash, dot] = [0x2f, 0x2e];

/** Which characters of ASCII stand for themselves in a segment and need no second look (RFC 3986, 3.3, without `%` and `;`). */
const plain: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) =>
  /[A-Za-z0-9\-._~!$&'()*+,=:@]/.test(String.fromCharCode(code)) ? 1 : 0,
);

/**
 * Whether a path is in normal form at first sight: nothing encoded, no empty segment, none that begins with a dot. Read
 * character by character, because every request is asked about.
 */
export function isPlainPath(path: string): boolean {
  if (path.charCodeAt(0) !== slash) return false;
  let before = 0;
  for (let at = 0; at < path.length; at++) {
    const code = path.charCodeAt(at);
    if (code !== slash && plain[code] !== 1) return false;
    if (before === slash && (code === slash || code === dot)) return false;
    before = code;
  }
  return true;
}
