import { normaliseHost } from '../host/host.ts';
import { compileHostPattern } from '../host/host-pattern.ts';

/** A domain of sandbox-runtime or Claude Code: `*.x` there is any depth of subdomain, and never `x` itself. */
export interface Domain {
  /** In our patterns. */
  readonly host: string;
  /** Null: every port. */
  readonly port: number | null;
}

/** Reads `name`, `*.name`, `name:port`; else the sentence that says why it cannot be kept. */
export function readDomain(text: string): Domain | string {
  const [, name = '', port] = /^(.*?)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = name.toLowerCase().replace(/\.$/, '').replace(/^\*\./, '**.');
  if (host === 'localhost' || host.startsWith('['))
    return `${text} is on this machine or an address; name what you need in \`services\` of the ceiling.`;
  if (host.slice(host.startsWith('**.') ? 3 : 0).includes('*'))
    return `"${text}": a wildcard stands only before the whole name here.`;
  const compiled = compileHostPattern(host);
  if (compiled.kind === 'refused') return compiled.reason;
  if (/^[\d.]+$/.test(host)) return `${text} is an address; name the host, or use \`services\` of the ceiling.`;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return `"${text}" has no port.`;
  return { host: normal(host) ?? host, port: port === undefined ? null : Number(port) };
}

/** A name, or a wildcard before one, as hosts are asked about; undefined when it is none. */
function normal(host: string): string | undefined {
  const [, wild = '', name = ''] = /^(\*\*\.)?(.*)$/s.exec(host) ?? [];
  const read = normaliseHost(name);
  return read.kind === 'ok' ? `${wild}${read.host}` : undefined;
}

/** Reads what is denied. What has no counterpart here denies every host, because nobody would see that it opened one. */
export function readDeniedDomain(text: string): Domain {
  const [, name = '', port] = /^(.*?)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = name.toLowerCase().replace(/\.$/, '').replace(/^\*\./, '**.');
  return { host: normal(host) ?? '*', port: port === undefined ? null : Number(port) };
}

/** Whether every host of the second is one of the first. */
export function coversHost(wide: string, narrow: string): boolean {
  if (wide === '*' || wide === narrow) return true;
  if (!wide.startsWith('**.')) return false;
  const tail = wide.slice(2);
  return narrow.endsWith(tail) && narrow.length > tail.length;
}
