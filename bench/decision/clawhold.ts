import { compile, decide } from '@clawhold/policy';
import { noUsage, type PolicyDocument, policyDocumentSchema, type Question } from '@clawhold/spec';
import { decideNaively } from '../../packages/policy/src/testing/decide-naively.ts';
import type { GeneratedWorkload, Request } from '../workloads/decision.ts';
import type { Engine } from './engine.ts';

function documentOf({ hosts }: GeneratedWorkload): PolicyDocument {
  return policyDocumentSchema.parse({
    version: 1,
    network_policies: Object.fromEntries(
      hosts.map(({ host, allow, deny }, index) => [
        `service${index}`,
        {
          endpoints: [
            {
              host,
              port: 443,
              rules: allow.map((rule) => ({ allow: rule })),
              ...(deny === null ? {} : { deny_rules: [{ method: '*', path: deny }] }),
            },
          ],
        },
      ]),
    ),
  });
}

function questionOf({ host, method, path }: Request): Question {
  return {
    kind: 'egress',
    caller: { agent: 'bench' },
    host,
    port: 443,
    scheme: 'https',
    operation: { method, path, query: '', parameters: [] },
    data: { integrity: 'local', confidentiality: 'internal', readers: null, sources: [] },
  };
}

export function clawholdEngines(workload: GeneratedWorkload): readonly Engine[] {
  const layers = { ceiling: policyDocumentSchema.parse({ version: 1 }), agent: documentOf(workload) };
  const compiled = compile(layers);
  if (compiled.kind === 'invalid') throw new Error(compiled.problems[0]?.message ?? 'the workload does not compile');
  const { snapshot } = compiled;
  return [
    {
      name: 'clawhold decide',
      slow: false,
      prepare: (request) => {
        const question = questionOf(request);
        return () => decide(question, snapshot, noUsage, 0).kind === 'allow';
      },
    },
    {
      name: 'clawhold, read naively',
      slow: true,
      prepare: (request) => {
        const question = questionOf(request);
        return () => decideNaively(question, layers, noUsage, 0).kind === 'allow';
      },
    },
  ];
}
