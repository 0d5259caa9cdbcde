import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import type { DetectedKind } from '../detector.ts';

/** A published format of a credential: a fixed beginning and so many characters after it. */
export interface TokenFormat {
  readonly kind: DetectedKind;
  readonly prefix: string;
  /** Characters that may follow. */
  readonly letters: string;
  /** How many of them make it one. */
  readonly length: number;
  /** Whether what follows the beginning can be real: its checksum is right, or it is as mixed as chance makes it. */
  readonly isReal: (body: string) => boolean;
}

const digits = '0123456789';
const lower = 'abcdefghijklmnopqrstuvwxyz';
const alphanumeric: string = digits + lower.toUpperCase() + lower;
const urlSafe = `${alphanumeric}_-`;

const accessKey = (
  prefix: string,
  length: number,
  letters: string,
  isReal: TokenFormat['isReal'] = isMixed,
): TokenFormat => ({
  kind: 'access key',
  prefix,
  length,
  letters,
  isReal,
});

/**
 * As their issuers publish them (documentation of GitHub, npm, GitLab, Slack, Stripe, AWS, Google, OpenAI, Anthropic,
 * Hugging Face, PyPI, DigitalOcean and SendGrid, 2026-11), and private keys in PEM (RFC 7468, sections 10 and 11).
 */
export const tokenFormats: readonly TokenFormat[] = [
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'npm_'].map((prefix) => accessKey(prefix, 36, alphanumeric, hasChecksum)),
  accessKey('github_pat_', 82, `${alphanumeric}_`),
  accessKey('glpat-', 20, urlSafe),
  ...['xoxb-', 'xoxp-', 'xoxa-', 'xoxs-', 'xapp-'].map((prefix) => accessKey(prefix, 40, `${alphanumeric}-`)),
  ...['sk_live_', 'rk_live_', 'whsec_'].map((prefix) => accessKey(prefix, 24, alphanumeric)),
  ...['AKIA', 'ASIA'].map((prefix) => accessKey(prefix, 16, `${lower.toUpperCase()}234567`)),
  accessKey('AIza', 35, urlSafe),
  accessKey('sk-ant-', 80, urlSafe),
  accessKey('sk-proj-', 40, urlSafe),
  accessKey('hf_', 34, alphanumeric),
  accessKey('pypi-AgEIcHlwaS5vcmc', 50, urlSafe),
  accessKey('dop_v1_', 64, `${digits}abcdef`),
  accessKey('SG.', 66, `${urlSafe}.`),
  // "-----BEGIN " and five letters of what kind it is, if it says, are before it.
  ...['BEGIN ', 'RSA ', 'EC ', 'DSA ', 'OPENSSH ', 'ENCRYPTED '].map(
    (before): TokenFormat => ({
      kind: 'private key',
      prefix: `${before}PRIVATE KEY`,
      letters: '-',
      length: 5,
      isReal: () => true,
    }),
  ),
  // A header that is a JSON object begins with `{"` (RFC 7515, 7.1); 60 further characters are header and claims.
  { kind: 'JSON web token', prefix: 'eyJ', letters: `${urlSafe}.`, length: 60, isReal: isJsonWebToken },
];

/** The last six characters are the CRC-32 of the rest in base 62 (GitHub, "Behind GitHub's new authentication token formats"). */
function hasChecksum(body: string): boolean {
  let sum = crc32(body.slice(0, -6));
  let written = '';
  for (let index = 0; index < 6; index++) {
    written = (alphanumeric[sum % 62] ?? '') + written;
    sum = Math.floor(sum / 62);
  }
  return body.endsWith(written);
}

/** How often each letter stands in the text that is looked at; all are 0 between two looks. */
const counts = new Uint8Array(128);

/** Whether a text has more than three bits in a letter, as it has by chance; `xxxx` and words of examples have not. */
function isMixed(body: string): boolean {
  let different = 0;
  for (let at = 0; at < body.length; at++) {
    const letter = body.charCodeAt(at);
    const count = counts[letter] ?? 0;
    if (count === 0) different++;
    counts[letter] = count + 1;
  }
  // Eight different letters have three bits at most.
  const bits = different > 8 ? bitsOf(body) : 0;
  counts.fill(0);
  return bits > 3;
}

/** The entropy of a letter, of letters that are counted; each is taken out of the counts. */
function bitsOf(body: string): number {
  let bits = 0;
  for (let at = 0; at < body.length; at++) {
    const letter = body.charCodeAt(at);
    const count = counts[letter] ?? 0;
    counts[letter] = 0;
    if (count > 0) bits -= (count / body.length) * Math.log2(count / body.length);
  }
  return bits;
}

/** So many letters at least hold `{"alg":` behind the first three. */
const shortestHeader = 7;

function isJsonWebToken(body: string): boolean {
  const dot = body.indexOf('.');
  if (dot < shortestHeader || !body.startsWith('eyJ', dot + 1)) return false;
  return /"alg" ?:/.test(Buffer.from(`eyJ${body.slice(0, dot)}`, 'base64url').toString('latin1'));
}
