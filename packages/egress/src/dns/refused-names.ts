import { limits } from '@clawhold/spec';
import type { EgressHooks, Identity } from '../hooks.ts';
import { tellOnce } from '../proxy/tell-once.ts';

/** Tells of names that did not exist for a sandbox. */
export function createRefusedNames(identity: Identity, observe: EgressHooks['observe']): (name: string) => void {
  const tell = tellOnce(identity, observe, {
    method: 'DNS',
    fault: 'name_unknown',
    most: limits.refusedNamesShown,
    further: 'further names',
  });
  return (name) => tell([...name.toLowerCase()].map((letter) => (/[\x21-\x7e]/.test(letter) ? letter : '?')).join(''));
}
