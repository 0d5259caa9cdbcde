import { loadPeer } from '../../peers/packages.ts';
import { ready } from '../part.ts';

/** What of the package is used. */
interface SandboxRuntime {
  readonly SandboxManager: {
    initialize(configuration: unknown): Promise<void>;
    getProxyPort(): number | undefined;
    getProxyAuthToken(): string | undefined;
  };
}

/** The proxy of Anthropic's sandbox runtime as its library starts it: it knows hosts, reads no TLS, and is asked for one host. */
// Typed by hand above: the package may not be installed when types are checked.
const { SandboxManager } = loadPeer('@anthropic-ai/sandbox-runtime') as SandboxRuntime;
await SandboxManager.initialize({
  network: { allowedDomains: ['localhost'], deniedDomains: [] },
  filesystem: { denyRead: [], allowWrite: [], denyWrite: [] },
});
ready({ plain: SandboxManager.getProxyPort() ?? 0, token: SandboxManager.getProxyAuthToken() ?? '' });
