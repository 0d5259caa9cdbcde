// The parameters of Punycode for host names (RFC 3492 section 5).
const base = 36;
const leastThreshold = 1;
const greatestThreshold = 26;
const skew = 38;
const damp = 700;

/** Decodes what follows `xn--` in a label (RFC 3492 section 6.2); undefined when it is not valid. */
export function decodePunycode(encoded: string): string | undefined {
  const hyphen = encoded.lastIndexOf('-');
  const output = Array.from(hyphen > 0 ? encoded.slice(0, hyphen) : '', (character) => character.charCodeAt(0));
  let position = 0;
  let code = 128;
  let bias = 72;
  let at = hyphen > 0 ? hyphen + 1 : 0;
  while (at < encoded.length) {
    const before = position;
    let weight = 1;
    for (let step = base; ; step += base) {
      const digit = digitOf(encoded.charAt(at++));
      if (digit === undefined) return undefined;
      position += digit * weight;
      const threshold = Math.min(Math.max(step - bias, leastThreshold), greatestThreshold);
      if (digit < threshold) break;
      weight *= base - threshold;
      if (weight > 2 ** 31) return undefined;
    }
    const length = output.length + 1;
    bias = adapt(position - before, length, before === 0);
    code += Math.floor(position / length);
    position %= length;
    if (code > 0x10_ff_ff) return undefined;
    output.splice(position++, 0, code);
  }
  const text = String.fromCodePoint(...output);
  return text.isWellFormed() ? text : undefined;
}

function digitOf(character: string): number | undefined {
  if (/^[a-z]$/.test(character)) return character.charCodeAt(0) - 97;
  return /^\d$/.test(character) ? Number(character) + 26 : undefined;
}

function adapt(moved: number, length: number, first: boolean): number {
  let delta = Math.floor(moved / (first ? damp : 2));
  delta += Math.floor(delta / length);
  let bias = 0;
  for (; delta > ((base - leastThreshold) * greatestThreshold) / 2; bias += base)
    delta = Math.floor(delta / (base - leastThreshold));
  return bias + Math.floor(((base - leastThreshold + 1) * delta) / (delta + skew));
}
