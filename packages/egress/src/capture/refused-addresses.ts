import { limits } from '@clawhold/spec';
import type { EgressHooks, Identity } from '../hooks.ts';
import { tellOnce } from '../proxy/tell-once.ts';

/** In a record: a program dialled an address that stands for no name, which leads nowhere. */
export const addressFault = 'address_unknown';

/**
 * Tells of addresses that a sandbox dialled without having them from its resolver, as `address:port`.
 *
 * @param method `TCP` is captured and refused here; a datagram (`UDP`) is refused by the kernel.
 */
export function createRefusedAddresses(
  identity: Identity,
  observe: EgressHooks['observe'],
  method: 'TCP' | 'UDP',
): (place: string) => void {
  return tellOnce(identity, observe, {
    method,
    fault: addressFault,
    most: limits.refusedAddressesShown,
    further: 'further addresses',
  });
}
