import type { ProxyContext } from '../proxy/context.ts';
import type { Incoming } from '../proxy/incoming.ts';
import { type Target, urlOf } from '../target/target.ts';
import type { Soon } from '../wire/soon.ts';
import { refuseDetected } from './refuse-detected.ts';
import { WatchedBody } from './watched-body.ts';
import { findInHead } from './watched-head.ts';
import { inName, withheldHost } from './watched-tunnel.ts';

/**
 * Looks for values that leave with no request, whatever the policy says. A request whose head has one is refused here, and
 * undefined is returned; else it is returned with a body that is looked through while it passes.
 */
export function watch(context: ProxyContext, incoming: Incoming): Soon<Incoming | undefined> {
  const { identity, target, body } = incoming;
  const values = context.hooks.guarded(identity);
  if (values === undefined) return incoming;
  const found = findInHead(values, incoming);
  if (found !== undefined) {
    const { kind, value } = found.found;
    const shown = withheld(target, inName(values, target.host) !== undefined ? withheldHost : target.host);
    context.hooks.found({ identity, kind, value, place: found.place, host: shown.host });
    return refuseHead(context, { ...incoming, target: shown });
  }
  if (body.finished) return incoming;
  const watched = new WatchedBody(body, values.detector(), ({ kind, value }) =>
    context.hooks.found({ identity, kind, value, place: 'the body', host: target.host }),
  );
  return { ...incoming, body: watched };
}

async function refuseHead(context: ProxyContext, incoming: Incoming): Promise<undefined> {
  await incoming.body.skip();
  const traffic = { requestBytes: 0, responseBytes: 0 };
  const { method, target } = incoming;
  refuseDetected(context, incoming, { method, url: urlOf(target), question: null, decision: null, traffic });
}

/** Stands in answers and records for an address that may have the value in it. */
function withheld(target: Target, host: string): Target {
  return { ...target, host, path: '/', query: '' };
}
