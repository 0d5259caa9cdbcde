import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto';
import { bitString, type Der, element, integer, objectIdentifier, sequence, set, time, utf8String } from './der.ts';
import {
  alternativeName,
  authorityConstraints,
  authorityKeyIdentifier,
  endEntityConstraints,
  keyUsage,
  loopbackExclusions,
  serverUse,
  subjectKeyIdentifier,
} from './extension.ts';

/** From when until when a certificate is good. */
export interface Validity {
  readonly from: Date;
  readonly to: Date;
}

const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
const commonName = '2.5.4.3';

/** A self-signed certificate of an authority for TLS servers, PEM. */
export function signAuthority(name: string, publicKey: KeyObject, privateKey: KeyObject, validity: Validity): string {
  return certificate({
    issuer: name,
    subject: name,
    publicKey,
    privateKey,
    validity,
    extensions: [
      authorityConstraints(),
      keyUsage('sign_certificates'),
      serverUse(),
      loopbackExclusions(),
      subjectKeyIdentifier(keyIdentifier(publicKey)),
    ],
  });
}

/** What signs a leaf. */
export interface Issuer {
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** The certificate of one host, PEM. */
export function signLeaf(host: string, publicKey: KeyObject, issuer: Issuer, validity: Validity): string {
  return certificate({
    issuer: issuer.name,
    subject: undefined,
    publicKey,
    privateKey: issuer.privateKey,
    validity,
    extensions: [
      endEntityConstraints(),
      keyUsage('digital_signature'),
      serverUse(),
      alternativeName(host),
      authorityKeyIdentifier(keyIdentifier(issuer.publicKey)),
    ],
  });
}

interface CertificateParts {
  readonly issuer: string;
  /** Undefined: the empty name; then the alternative name is critical and says it all (RFC 5280, 4.1.2.6). */
  readonly subject: string | undefined;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly validity: Validity;
  readonly extensions: readonly Der[];
}

// RFC 5280, 4.1. Version 3 is written as 2.
function certificate(parts: CertificateParts): string {
  const toBeSigned = sequence(
    element(0xa0, integer(Buffer.from([2]))),
    integer(serialNumber()),
    ecdsaWithSha256,
    distinguishedName(parts.issuer),
    sequence(time(parts.validity.from), time(parts.validity.to)),
    distinguishedName(parts.subject),
    subjectPublicKey(parts.publicKey),
    element(0xa3, sequence(...parts.extensions)),
  );
  const signature = sign('sha256', toBeSigned, parts.privateKey);
  return pem(sequence(toBeSigned, ecdsaWithSha256, bitString(signature)));
}

function distinguishedName(name: string | undefined): Der {
  if (name === undefined) return sequence();
  return sequence(set(sequence(objectIdentifier(commonName), utf8String(name))));
}

function subjectPublicKey(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

/** Any stable digest of the key will do (RFC 7093, 2, method 1: the first 160 bits of SHA-256). */
function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha256').update(subjectPublicKey(key)).digest().subarray(0, 20);
}

// RFC 5280, 4.1.2.2: positive, at most 20 octets, and for DER without a leading zero.
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
  return bytes;
}

// Without the newline at the end the next block of a bundle begins on the line where this one ends, and nobody reads either.
function pem(der: Der): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
