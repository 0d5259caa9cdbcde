import { join } from 'node:path';
import { Catalogue } from '../catalogue.ts';
import type { InferenceOptions } from '../options.ts';
import { loadScenarios, shippedScenarios } from '../rehearsal/load.ts';
import { rehearsalProvider } from '../rehearsal/provider.ts';
import { readConfiguration } from './configuration.ts';
import { environmentProviders } from './environment.ts';
import { findLocalServers, usualPorts } from './local-servers.ts';
import type { ModelProvider } from './provider.ts';

/** How long a look at the servers holds, in milliseconds: a server that was just started is found soon. */
const lookMilliseconds = 15_000;

export interface Providers {
  /** What is on offer now. Looks again when the last look is old; several callers share one look. */
  look(): Promise<Catalogue>;
}

/** Finds model providers in the order of preference: configuration, environment, local servers, rehearsal model. */
export async function findProviders(options: InferenceOptions): Promise<Providers> {
  const configured = await readConfiguration(options);
  const fixed = withoutRepeats([...configured.providers, ...environmentProviders(options)]);
  const rehearsal = rehearsalProvider(
    await loadScenarios([shippedScenarios, join(options.configuration, 'scenarios'), ...(options.scenarios ?? [])]),
  );
  const look = async (): Promise<Catalogue> => {
    const local = await findLocalServers(options.localPorts ?? usualPorts);
    return Catalogue.read(withoutRepeats([...fixed, ...local, rehearsal]), configured.preferred);
  };
  let looked: Promise<Catalogue> | undefined;
  let until = 0;
  return {
    look: () => {
      if (looked === undefined || Date.now() >= until) {
        until = Date.now() + lookMilliseconds;
        looked = look();
      }
      return looked;
    },
  };
}

/** Of two providers with one name the better found one stays. */
function withoutRepeats(providers: readonly ModelProvider[]): readonly ModelProvider[] {
  return providers.filter((provider, index) => providers.findIndex(({ name }) => name === provider.name) === index);
}
