import { createDialler, systemResolver } from '@clawhold/egress';
import type { Dial } from '@clawhold/inference';
import { ClawholdError, formatId, idEntropyBytes, limits } from '@clawhold/spec';

/** Lookups are fair between sandboxes; the platform's own take their turn as one more of them. */
const platform = formatId('sandbox', new Uint8Array(idEntropyBytes));

/** Dials a cloud provider through the same check of addresses as everything else that leaves. */
export function createModelDial(): Dial {
  const dialler = createDialler({ resolve: systemResolver(), seconds: limits.dialSeconds });
  return async ({ host, port }, signal) => {
    const checked = await dialler.check(host, platform);
    signal.throwIfAborted();
    if (checked.kind === 'refused') throw new ClawholdError('model_unreachable', checked.reason.text);
    if (checked.kind === 'fault') throw new ClawholdError('model_unreachable', `${host}: ${checked.text}`);
    const opened = await dialler.open(checked.addresses.map((address) => ({ kind: 'address', address, port })));
    if (opened.kind === 'fault') throw new ClawholdError('model_unreachable', `${host}: ${opened.text}`);
    if (signal.aborted) opened.socket.destroy();
    signal.throwIfAborted();
    return opened.socket;
  };
}
