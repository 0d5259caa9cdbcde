import { createHash } from 'node:crypto';
import { securityHeaders } from '../http/security-headers.ts';

const inlineScript = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g;

/**
 * What the page of an agent may load: itself, from where it is. Its styles are inline in places; its inline scripts are named by digest.
 *
 * @param host with its port. @param page the HTML that is served, as it was installed; without it no inline script runs.
 */
export function pageHeaders(host: string, page = ''): Readonly<Record<string, string>> {
  const scripts = [...page.matchAll(inlineScript)].map(
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
  return {
    ...securityHeaders,
    'content-security-policy': [
      "default-src 'none'",
      ["script-src 'self'", ...scripts].join(' '),
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data: blob:",
      "font-src 'self'",
      `connect-src 'self' data: ws://${host}`,
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'cache-control': 'no-store',
  };
}
