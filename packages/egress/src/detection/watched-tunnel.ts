import { Buffer } from 'node:buffer';
import type { Detector, ExactValues, Found } from '@clawhold/detect';
import type { Identity } from '../hooks.ts';
import type { ProxyContext } from '../proxy/context.ts';
import type { Subject } from '../proxy/record.ts';
import { detectedDecision } from './refuse-detected.ts';

/** Stands in answers and records for a name that has the value in it. */
export const withheldHost = 'withheld.invalid';

/** The value that stands in the name of a host, also cut in pieces by its dots. */
export function inName(values: ExactValues, host: string): Found | undefined {
  return values.find(Buffer.from(`${host}\u0001${host.replaceAll('.', '')}`));
}

/** Looks for such values in the name that a sandbox asks for, or dials; tells of a finding and returns what to record. */
export function findInName(
  { hooks }: Pick<ProxyContext, 'hooks'>,
  identity: Identity,
  host: string,
  method: string,
): Subject | undefined {
  const values = hooks.guarded(identity);
  const found = values === undefined ? undefined : inName(values, host);
  if (found === undefined) return undefined;
  hooks.found({ identity, ...found, place: 'the host', host: withheldHost });
  const traffic = { requestBytes: 0, responseBytes: 0 };
  return { method, url: withheldHost, question: null, decision: detectedDecision, traffic };
}

/** Looks through what leaves in a tunnel that is not read and not encrypted. */
export function watchTunnel(
  { hooks }: Pick<ProxyContext, 'hooks'>,
  identity: Identity,
  host: string,
): ((piece: Buffer) => boolean) | undefined {
  const detector: Detector | undefined = hooks.guarded(identity)?.detector();
  if (detector === undefined) return undefined;
  return (piece) => {
    const [found] = detector.feed(piece);
    if (found !== undefined) hooks.found({ identity, ...found, place: 'the bytes of a tunnel', host });
    return found !== undefined;
  };
}
