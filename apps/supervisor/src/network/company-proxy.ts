import { type CompanyProxy, trustContext } from '@clawhold/egress';
import { ClawholdError, type SupervisorStart } from '@clawhold/spec';

/**
 * The company's proxy as the operator wrote it, ready to be asked.
 *
 * @param roots believed for it when the operator names no authorities of its own.
 * @throws ClawholdError `host_company_proxy` when the address makes no sense. The sentence never holds the password.
 */
export function companyProxyOf(
  written: SupervisorStart['companyProxy'],
  roots: readonly string[],
): CompanyProxy | undefined {
  if (written === undefined) return undefined;
  const url = URL.parse(written.url);
  const isPlain =
    url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search + url.hash === '';
  if (!isPlain)
    throw new ClawholdError('host_company_proxy', 'CLAWHOLD_COMPANY_PROXY is no address of a proxy.', {
      hint: 'Write http://host:port or https://user:password@host:port, with special characters percent-encoded.',
    });
  const isSecure = url.protocol === 'https:';
  const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port === '' ? (isSecure ? 443 : 80) : url.port),
    trust: isSecure ? trustContext(written.authorities === undefined ? roots : [written.authorities]) : undefined,
    authorization: user === ':' ? undefined : `Basic ${Buffer.from(user).toString('base64')}`,
  };
}
