import { compile, decide } from '@clawhold/policy';
import { type Decision, type EgressQuestion, noUsage, policyDocumentSchema } from '@clawhold/spec';
import { decision, startProxy, viaService } from '../../../packages/egress/src/testing.ts';
import { documentOf } from '../../decision/clawhold.ts';
import { generate, readWorkload } from '../../workloads/decision.ts';
import { ready, settings } from '../part.ts';

/**
 * Our proxy, with its parts as in the product and without the supervisor around it. `decides: 0` puts an answer that is
 * always the same in the place of the decision: only here, the product has no such switch.
 */
const { plain, secure, certificate, decides } = settings();
const rules = 10_000;
/** Carried unread, read in the clear, read inside TLS. */
const hosts = { tunnel: 'tunnel.example', read: 'read.example', secure: 'secure.example' } as const;

function fixed({ host, operation }: EgressQuestion): Decision {
  if (operation !== undefined || host === hosts.tunnel) return viaService(host);
  return viaService(host, { kind: 'inspect', tls: host === hosts.secure ? 'terminate' : 'none', protocol: 'rest' });
}

/** The rules of the published workload, and three hosts of this bench among them. */
function fromPolicy(): (question: EgressQuestion) => Decision {
  const reads = (host: string, port: number) => ({ host, port, rules: [{ allow: { method: 'GET', path: '/*' } }] });
  const agent = documentOf(generate(readWorkload(), 'realistic', rules));
  const own = policyDocumentSchema.parse({
    version: 1,
    network_policies: {
      bench: {
        endpoints: [
          { host: hosts.tunnel, ports: [80, 443], protocol: 'tcp' },
          reads(hosts.read, 80),
          reads(hosts.secure, 443),
        ],
      },
    },
  });
  const compiled = compile({
    ceiling: policyDocumentSchema.parse({
      version: 1,
      services: Object.fromEntries(Object.values(hosts).map((host) => [host, { socket: `${host}.sock` }])),
    }),
    agent: { ...agent, network_policies: { ...agent.network_policies, ...own.network_policies } },
  });
  if (compiled.kind === 'invalid')
    throw new Error(compiled.problems[0]?.message ?? 'the rules of the bench do not compile');
  const { snapshot } = compiled;
  return (question) => decide(question, snapshot, noUsage, Date.now());
}

const closed = new Set<string>();
const answer = decides === 0 ? fixed : fromPolicy();
const proxy = await startProxy({
  services: { [hosts.tunnel]: Number(plain), [hosts.read]: Number(plain), [hosts.secure]: Number(secure) },
  roots: [String(certificate)],
  limits: { connections: 2_000 },
  decide: (question) => (closed.has(question.host) ? decision('deny') : answer(question)),
  hooks: { before: () => ({ kind: 'go' }), observe: () => {} },
});

process.on('message', (asked) => {
  if (asked === 'memory') {
    globalThis.gc?.();
    process.send?.(process.memoryUsage().rss);
  } else if (asked === 'change') {
    const began = performance.now();
    closed.add(hosts.tunnel);
    const cut = proxy.egress.reconsider();
    process.send?.({ cut, milliseconds: performance.now() - began });
    closed.clear();
  }
});
ready({ plain: proxy.port, certificate: proxy.authority.certificate });
