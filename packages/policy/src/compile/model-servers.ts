import type { ModelServer, PolicyDocument } from '@clawhold/spec';
import { classifyAddress } from '../host/address.ts';
import { normaliseHost } from '../host/host.ts';
import type { LayerName } from '../load/layer.ts';
import type { LayerProblem } from './compile.ts';

/** A model server of the ceiling with all that it may be dialled at. */
export interface NamedModelServer {
  readonly host: string;
  readonly port: number;
  readonly addresses: readonly string[];
}

/** What a ceiling may name beyond public addresses: a network of the company's, never this machine or a cloud's keys. */
const nameable: ReadonlySet<string> = new Set(['public', 'private', 'shared']);

/** The servers of a ceiling that {@link modelServerProblems} has nothing to say about. */
export function modelServers(ceiling: PolicyDocument): readonly NamedModelServer[] {
  return (ceiling.inference?.servers ?? []).map(({ host, port, addresses }) => ({
    host,
    port,
    addresses: addresses ?? [host],
  }));
}

export function modelServerProblems(layer: LayerName, document: PolicyDocument): readonly LayerProblem[] {
  const servers = document.inference?.servers ?? [];
  const problem = (path: string, message: string): LayerProblem => ({ rule: { layer, path }, message });
  if (layer !== 'ceiling' && servers.length > 0)
    return [problem('inference.servers', 'Only the ceiling may name model servers; move `servers` there.')];
  return servers.flatMap((server, index) =>
    complaintsAbout(server).map((message) => problem(`inference.servers[${index}]`, message)),
  );
}

function complaintsAbout({ host, addresses }: ModelServer): readonly string[] {
  const normal = normaliseHost(host);
  if (normal.kind === 'refused' || normal.host !== host)
    return [`"${host}" is not a plain lower-case host name or address.`];
  const isAddress = classifyAddress(host) !== 'invalid';
  if (addresses === undefined && !isAddress)
    return [
      `Say which addresses "${host}" may have: \`addresses: [10.1.2.3]\`. What else the name points to is refused.`,
    ];
  return (addresses ?? [host]).flatMap((address) => {
    const kind = classifyAddress(address);
    if (nameable.has(kind)) return [];
    return [`${address} is ${kind.replaceAll('_', ' ')}; a model server here has a private or public address.`];
  });
}
