import { type ApiClient, createApiClient } from '@clawhold/client';
import { ClawholdError } from '@clawhold/spec/error';
import { findManager, homeFolder, readToken } from './home.ts';

export interface Connection {
  readonly api: ApiClient;
  readonly url: string;
  readonly home: string;
}

/** Connects to the Clawhold that runs. @throws ClawholdError `gateway_not_running`, `auth_no_token`. */
export function connect(home: string = homeFolder()): Connection {
  const manager = findManager(home);
  if (manager?.url === undefined)
    throw new ClawholdError('gateway_not_running', 'Clawhold is not running.', {
      hint: 'Start it with: npx clawhold up',
    });
  const authorization = `Bearer ${readToken(home)}`;
  return { api: createApiClient({ origin: manager.url, headers: () => ({ authorization }) }), url: manager.url, home };
}
