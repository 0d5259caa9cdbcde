import { compile, decide } from '@clawhold/policy';
import {
  type EgressQuestion,
  noUsage,
  type PolicyDocument,
  policyDocumentSchema,
  type RequestMessage,
} from '@clawhold/spec';
import { decideNaively } from '../../packages/policy/src/testing/decide-naively.ts';
import type { GeneratedWorkload, Request } from '../workloads/decision.ts';
import type { Engine } from './engine.ts';

/** The rules of a workload as a policy. */
export function documentOf({ hosts }: GeneratedWorkload): PolicyDocument {
  return policyDocumentSchema.parse({
    version: 1,
    network_policies: Object.fromEntries(
      hosts.map(({ host, allow, deny, under, executable, tools }, index) => [
        `service${index}`,
        {
          endpoints: [
            {
              host,
              port: 443,
              ...(under === undefined ? {} : { path: under }),
              ...(tools === undefined
                ? { rules: allow.map((rule) => ({ allow: rule })) }
                : { protocol: 'mcp', tools: tools.map((tool) => ({ ...tool, allow: true })) }),
              ...(deny === null ? {} : { deny_rules: [{ method: '*', path: deny }] }),
            },
          ],
          ...(executable === undefined ? {} : { binaries: [{ path: executable }] }),
        },
      ]),
    ),
  });
}

/** A request as a proxy would ask about it. */
export function questionOf({ host, method, path, executable, call }: Request): EgressQuestion {
  return {
    kind: 'egress',
    caller: { agent: 'bench', ...(executable === undefined ? {} : { executable, ancestors: ['/usr/bin/bash'] }) },
    host,
    port: 443,
    scheme: 'https',
    operation: { method, path, query: '', parameters: [], ...(call === undefined ? {} : { message: messageOf(call) }) },
    data: { integrity: 'local', confidentiality: 'internal', readers: null, sources: [] },
  };
}

function messageOf({ tool, arguments: values }: NonNullable<Request['call']>): RequestMessage {
  return { protocol: 'mcp', method: 'tools/call', tool, arguments: { ...values } };
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
