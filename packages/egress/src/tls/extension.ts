import { bitString, boolean, type Der, element, objectIdentifier, octetString, sequence } from './der.ts';
import { parseIPAddress } from './ip-octets.ts';

const oids = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuthentication: '1.3.6.1.5.5.7.3.1',
} as const;

const dnsName = 0x82;
const ipAddress = 0x87;

function extension(oid: string, critical: boolean, value: Der): Der {
  return sequence(objectIdentifier(oid), ...(critical ? [boolean(true)] : []), octetString(value));
}

/** An authority that may sign hosts' certificates and no further authorities. */
export function authorityConstraints(): Der {
  return extension(oids.basicConstraints, true, sequence(boolean(true), element(0x02, Buffer.from([0]))));
}

/** No authority. */
export function endEntityConstraints(): Der {
  return extension(oids.basicConstraints, true, sequence());
}

/** Bits of RFC 5280, 4.2.1.3: digitalSignature is bit 0, keyCertSign is bit 5. */
export function keyUsage(use: 'digital_signature' | 'sign_certificates'): Der {
  return extension(
    oids.keyUsage,
    true,
    use === 'digital_signature' ? bitString(Buffer.from([0x80]), 7) : bitString(Buffer.from([0x04]), 2),
  );
}

/** For TLS servers only. */
export function serverUse(): Der {
  return extension(oids.extendedKeyUsage, false, sequence(objectIdentifier(oids.serverAuthentication)));
}

/** The one host that a leaf speaks for: a normalised name or address. */
export function alternativeName(host: string): Der {
  const octets = parseIPAddress(host);
  const name = octets === undefined ? element(dnsName, Buffer.from(host)) : element(ipAddress, octets);
  return extension(oids.subjectAlternativeName, true, sequence(name));
}

export function subjectKeyIdentifier(identifier: Uint8Array): Der {
  return extension(oids.subjectKeyIdentifier, false, octetString(identifier));
}

export function authorityKeyIdentifier(identifier: Uint8Array): Der {
  return extension(oids.authorityKeyIdentifier, false, sequence(element(0x80, identifier)));
}

/**
 * Name constraints (RFC 5280, 4.2.1.10) of our authority: it can never vouch for the machine itself, whatever it is
 * made to sign. Which other hosts a sandbox may reach is policy and changes daily, so nothing else can be said here.
 */
export function loopbackExclusions(): Der {
  const excluded = [
    element(dnsName, Buffer.from('localhost')),
    element(ipAddress, Buffer.from('7f000000ff000000', 'hex')),
    element(ipAddress, Buffer.from(`${'00'.repeat(15)}01${'ff'.repeat(16)}`, 'hex')),
  ];
  const subtrees = element(0xa1, ...excluded.map((name) => sequence(name)));
  return extension(oids.nameConstraints, true, sequence(subtrees));
}
