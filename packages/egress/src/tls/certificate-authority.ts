import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { type Issuer, signAuthority, signLeaf } from './certificate.ts';

/** Makes certificates for hosts, which only the sandboxes of this installation believe. */
export interface CertificateAuthority {
  /** The authority's own certificate, PEM, ending with a newline. It goes into the sandboxes' bundle and nowhere else. */
  readonly certificate: string;
  /** A server-side TLS context with a certificate for this normalised host name or address. Cached. */
  issue(host: string): SecureContext;
}

/** The authority's secret, as it is kept on disk. */
export interface AuthorityKeys {
  readonly certificate: string;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
}

const hour = 3_600_000;
const day = 24 * hour;

/** How long an authority is valid. It is replaced at a start when less than {@link renewBefore} is left. */
const authorityLife = 365 * day;
const renewBefore = 30 * day;
/** How long a host's certificate is valid; it is handed out for half of that, so no session outlives it. */
const leafLife = 48 * hour;
/** Certificates begin this much in the past: clocks differ. */
const backdating = hour;
/** Contexts kept; beyond it the one that was not asked for the longest is made again. About 20 KB each. */
const cachedLeaves = 512;

/** Draws the key of a new authority and signs its certificate. */
export function createAuthorityKeys(now: number): AuthorityKeys {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // The name carries random bits: a machine with two installations has two authorities with two names.
  const name = `Clawhold sandbox authority ${randomBytes(4).toString('hex')}`;
  const validity = { from: new Date(now - backdating), to: new Date(now + authorityLife) };
  return {
    certificate: signAuthority(name, publicKey, privateKey, validity),
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

/** Takes up the work of an authority whose keys are at hand. */
export function openAuthority(stored: AuthorityKeys, clock: () => number): CertificateAuthority {
  const privateKey = createPrivateKey(stored.privateKey);
  const issuer: Issuer = {
    name: new X509Certificate(stored.certificate).subject.replace(/^CN=/, ''),
    publicKey: createPublicKey(privateKey),
    privateKey,
  };
  // One key for all leaves: it never leaves this process, and drawing one for each host would protect nobody.
  const leafKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = leafKeys.privateKey.export({ format: 'pem', type: 'pkcs8' });
  const cache = new Map<string, { readonly context: SecureContext; readonly until: number }>();

  function make(host: string, now: number): SecureContext {
    const validity = { from: new Date(now - backdating), to: new Date(now + leafLife) };
    const leaf = signLeaf(host, leafKeys.publicKey, issuer, validity);
    return createSecureContext({ cert: leaf + stored.certificate, key, minVersion: 'TLSv1.2' });
  }

  return {
    certificate: stored.certificate,
    issue(host) {
      const now = clock();
      const known = cache.get(host);
      cache.delete(host); // and back at the end: the map's order is that of the last use
      const isFresh = known !== undefined && known.until > now;
      const entry = isFresh ? known : { context: make(host, now), until: now + leafLife / 2 };
      cache.set(host, entry);
      const [oldest] = cache.keys();
      if (cache.size > cachedLeaves && oldest !== undefined) cache.delete(oldest);
      return entry.context;
    },
  };
}

/** True when key and certificate belong together and the certificate is good for another month. */
export function isUsable(keys: AuthorityKeys, now: number): boolean {
  const certificate = new X509Certificate(keys.certificate);
  return (
    certificate.checkPrivateKey(createPrivateKey(keys.privateKey)) &&
    certificate.validFromDate.getTime() <= now &&
    certificate.validToDate.getTime() - now > renewBefore
  );
}
