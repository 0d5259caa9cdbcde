import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

/**
 * Whom the proxy believes when it dials: Node's list, the system's, and NODE_EXTRA_CA_CERTS. Our own authority is not
 * among them: what it signs is for sandboxes only.
 */
export function trustedRoots(): readonly string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}

/** A client-side context that believes exactly these roots. Made once: parsing hundreds of roots takes milliseconds. */
export function trustContext(roots: readonly string[]): SecureContext {
  return createSecureContext({ ca: [...roots], minVersion: 'TLSv1.2' });
}

/**
 * The bundle of a sandbox: the public roots (a tunnel that is not read inside shows the true certificate) and our
 * authority's certificate, PEM, each block on lines of its own.
 */
export function sandboxBundle(roots: readonly string[], authority: string): string {
  return [...roots, authority].map((block) => `${block.trimEnd()}\n`).join('');
}
