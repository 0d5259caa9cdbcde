import { normalisePath } from '@clawhold/policy';
import { type Fault, fault } from '../wire/fault.ts';
import { type Field, fieldValue } from '../wire/field.ts';
import { overrideInQuery } from '../wire/override.ts';
import type { RequestHead } from '../wire/request-head.ts';
import { type Authority, parseAuthority, writeHost } from './authority.ts';

/** Where a request goes, normalised: this is what is decided, and what is sent is written from it. */
export interface Target {
  readonly kind: 'target';
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** Without `?`; empty when there is none. */
  readonly query: string;
}

/** How a connection says where its requests go. */
export type Situation =
  /** A proxy's listener: absolute-form and CONNECT. */
  | { readonly kind: 'proxy' }
  /** A listener that stands in for a server: origin-form, the Host field says which. */
  | { readonly kind: 'direct' }
  /** Inside a tunnel: origin-form, and the tunnel's host and port only. */
  | { readonly kind: 'tunnel'; readonly scheme: 'http' | 'https'; readonly host: string; readonly port: number };

/** The port that a scheme has when none is written. */
const defaultPorts = { http: 80, https: 443 } as const;

/** Reads the target of a request other than CONNECT. */
export function readTarget(
  { target, fields }: { readonly target: string; readonly fields: readonly Field[] },
  situation: Situation,
): Target | Fault {
  const hostField = fieldValue(fields, 'host');
  if (hostField === undefined) return fault('no_host', 'The request has no Host field.');
  const named = parseAuthority(hostField);
  if (named.kind === 'fault') return named;
  switch (situation.kind) {
    case 'proxy':
      return absoluteForm(target, hostField, named);
    case 'direct':
      return originForm(target, named, {
        scheme: 'http',
        host: named.host,
        port: named.port ?? defaultPorts.http,
      });
    case 'tunnel':
      return originForm(target, named, situation);
    default:
      return situation satisfies never;
  }
}

function absoluteForm(target: string, hostField: string, named: Authority): Target | Fault {
  const match = /^(https?):\/\/([^/?#]*)(.*)$/.exec(target);
  if (match === null) return fault('target_form', 'A proxy is asked for "http://host/path" or by CONNECT.');
  const scheme = match[1] === 'https' ? 'https' : 'http';
  const written = match[2] ?? '';
  const authority = written === hostField ? named : parseAuthority(written);
  if (authority.kind === 'fault') return authority;
  const origin = { scheme, host: authority.host, port: authority.port ?? defaultPorts[scheme] } as const;
  return atOrigin(origin, named, match[3] ?? '');
}

type Origin = Pick<Target, 'scheme' | 'host' | 'port'>;

function originForm(target: string, named: Authority, origin: Origin): Target | Fault {
  if (!target.startsWith('/')) return fault('target_form', 'The request target here is a path.');
  return atOrigin(origin, named, target);
}

function atOrigin(origin: Origin, named: Authority, rest: string): Target | Fault {
  // Two names for one request: a server may go by the one, this proxy by the other (RFC 9112, 3.2.2).
  if (named.host !== origin.host || (named.port ?? defaultPorts[origin.scheme]) !== origin.port)
    return fault('host_mismatch', 'The Host field and the target name different hosts.');
  if (origin.scheme === 'http' && origin.port === defaultPorts.https)
    return fault('plain_on_tls_port', 'Port 443 carries TLS; a request in the clear is not sent there.');
  if (rest.includes('#')) return fault('fragment', 'The request target has a fragment.');
  const mark = rest.indexOf('?');
  const rawPath = mark === -1 ? rest : rest.slice(0, mark);
  const query = mark === -1 ? '' : rest.slice(mark + 1);
  // Whether an encoded slash may stand there is up to the endpoint that is found for the path.
  const path = normalisePath(rawPath === '' ? '/' : rawPath, { encodedSlash: true });
  if (path.kind === 'refused') return fault('path', path.reason);
  if (/%(?![0-9A-Fa-f]{2})/.test(query)) return fault('query', 'A "%" in the query is not followed by two digits.');
  const override = overrideInQuery(query);
  if (override !== undefined) return override;
  const { scheme, host, port } = origin;
  return { kind: 'target', scheme, host, port, path: path.path, query };
}

/** The target as CONNECT writes it: always with its port. */
export function readTunnelTarget(head: RequestHead): (Authority & { readonly port: number }) | Fault {
  const authority = parseAuthority(head.target);
  if (authority.kind === 'fault') return authority;
  const { port } = authority;
  if (port === undefined) return fault('port', 'CONNECT names a host and a port.');
  const hostField = fieldValue(head.fields.list, 'host');
  if (hostField === undefined)
    return head.version === 'HTTP/1.0' ? { ...authority, port } : fault('no_host', 'The request has no Host field.');
  const named = parseAuthority(hostField);
  if (named.kind === 'fault') return named;
  if (named.host !== authority.host || (named.port ?? port) !== port)
    return fault('host_mismatch', 'The Host field and the target name different hosts.');
  return { ...authority, port };
}

/** The Host field that is sent: the port only when it is not the scheme's own. */
export function writeHostField(target: Pick<Target, 'scheme' | 'host' | 'port'>): string {
  const host = writeHost(target.host);
  return target.port === defaultPorts[target.scheme] ? host : `${host}:${target.port}`;
}

/** The request target that is sent, in origin-form. */
export function originTarget(target: Target): string {
  return target.query === '' ? target.path : `${target.path}?${target.query}`;
}

/** The whole normalised address. */
export function urlOf(target: Target): string {
  return `${target.scheme}://${writeHostField(target)}${originTarget(target)}`;
}
