import { createRefusedNames } from '../dns/refused-names.ts';
import type { EgressHooks, Identity } from '../hooks.ts';
import { findInName, withheldHost } from './watched-tunnel.ts';

/** Tells of names that did not exist for a sandbox; one that has a value in it that must not leave is a finding. */
export function watchedNames(hooks: EgressHooks, identity: Identity): (name: string) => void {
  const tell = createRefusedNames(identity, hooks.observe);
  return (name) => {
    tell(findInName({ hooks }, identity, name, 'DNS') === undefined ? name : withheldHost);
  };
}
