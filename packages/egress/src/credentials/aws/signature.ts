import { createHash, createHmac } from 'node:crypto';
import { type Target, writeHostField } from '../../target/target.ts';
import type { Field } from '../../wire/field.ts';

/** An access key of AWS. */
export interface AwsKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

/** What is signed, and for whom. */
export interface SignedRequest {
  readonly method: string;
  readonly target: Target;
  readonly fields: readonly Field[];
  /** The SHA-256 of the body in hexadecimal, or one of AWS's words in its place. */
  readonly payload: string;
  readonly region: string;
  readonly service: string;
}

const algorithm = 'AWS4-HMAC-SHA256';

/** Fields that a connection between here and AWS may change, or that mean nothing to it. */
const unsigned: ReadonlySet<string> = new Set(
  'accept-encoding authorization connection expect from keep-alive te trailer transfer-encoding upgrade user-agent x-amzn-trace-id'.split(
    ' ',
  ),
);

/** Fields that the signer writes itself. */
const written = ['authorization', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256'];

/** A signature, and what it takes to go on from it. */
export interface Signature {
  /** All fields of the request. */
  readonly fields: readonly Field[];
  /** Hexadecimal. */
  readonly signature: string;
  readonly signingKey: Buffer;
  /** As in `x-amz-date`. */
  readonly time: string;
  readonly scope: string;
}

/** The fields of a request with its {@link signatureOf signature}. */
export function signRequest(request: SignedRequest, key: AwsKey, now: Date): readonly Field[] {
  return signatureOf(request, key, now).fields;
}

/**
 * Signs a request with AWS Signature Version 4, in place of whatever signature it came with
 * (Amazon, "Create a signed AWS API request"). Every field is signed but those that connections change.
 */
export function signatureOf(request: SignedRequest, key: AwsKey, now: Date): Signature {
  const { method, target, payload, region, service } = request;
  const time = now.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const fields: Field[] = [
    ...request.fields.filter(({ name }) => !written.includes(name)),
    { name: 'x-amz-date', value: time },
    { name: 'x-amz-content-sha256', value: payload },
    ...(key.sessionToken === undefined ? [] : [{ name: 'x-amz-security-token', value: key.sessionToken }]),
  ];
  const headers = canonicalHeaders([...fields, { name: 'host', value: writeHostField(target) }]);
  const names = headers.map(([name]) => name).join(';');
  const canonical = [
    method,
    service === 's3' ? objectPath(target.path) : otherPath(target.path),
    canonicalQuery(target.query),
    ...headers.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    payload,
  ].join('\n');
  const digest = createHash('sha256').update(canonical).digest('hex');
  const signingKey = [time.slice(0, 8), region, service, 'aws4_request'].reduce(
    (last, text) => createHmac('sha256', last).update(text).digest(),
    Buffer.from(`AWS4${key.secretAccessKey}`),
  );
  const text = [algorithm, time, scope, digest].join('\n');
  const signature = createHmac('sha256', signingKey).update(text).digest('hex');
  const value = `${algorithm} Credential=${key.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { fields: [...fields, { name: 'authorization', value }], signature, signingKey, time, scope };
}

function canonicalHeaders(fields: readonly Field[]): readonly (readonly [name: string, value: string])[] {
  const values = new Map<string, string[]>();
  for (const { name, value } of fields) {
    if (unsigned.has(name) || name.startsWith('amz-sdk-')) continue;
    values.set(name, [...(values.get(name) ?? []), value.trim().replaceAll(/[ \t]+/g, ' ')]);
  }
  return [...values].map(([name, all]) => [name, all.join(',')] as const).toSorted(byName);
}

/** S3 takes the path as it is, each character that is not unreserved encoded once. */
function objectPath(path: string): string {
  return path
    .split('/')
    .map((segment) => encode(decode(segment)))
    .join('/');
}

/** Every other service encodes what it was sent once more, after leaving out empty segments. */
function otherPath(path: string): string {
  const segments = path.split('/').filter((segment) => segment !== '');
  const end = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${segments.map(encode).join('/')}${end}`;
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const [key, value] = equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return [encode(decode(key)), encode(decode(value))] as const;
    });
  const sorted = pairs.toSorted((a, b) => byName(a, b) || compare(a[1], b[1]));
  return sorted.map(([key, value]) => `${key}=${value}`).join('&');
}

/** RFC 3986 unreserved characters stand, all others are written as `%XX`. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function byName(a: readonly [string, string], b: readonly [string, string]): number {
  return compare(a[0], b[0]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
