import type { PolicyDocument } from '@clawhold/spec';
import { fileFindings } from '../files/file-findings.ts';
import { expandAlternatives } from '../glob/glob.ts';
import { compileHostPattern } from '../host/host-pattern.ts';
import { conditionFindings } from './condition-findings.ts';
import { endpointFindings } from './endpoint-findings.ts';
import { readMiddleware } from './known-middlewares.ts';
import { globFindings } from './pattern-findings.ts';
import type { Finding } from './problem.ts';

/** What the schema cannot say: whether the parts of a document make sense together. Empty when they do. */
export function documentFindings(document: PolicyDocument): readonly Finding[] {
  return [
    ...modeFindings(document),
    ...Object.entries(document.network_policies ?? {}).flatMap(([name, policy]) => [
      ...policy.endpoints.flatMap((endpoint, index) =>
        endpointFindings(endpoint, ['network_policies', name, 'endpoints', index]),
      ),
      ...(policy.binaries ?? []).flatMap((binary, index) =>
        binaryFindings(binary.path, ['network_policies', name, 'binaries', index, 'path']),
      ),
    ]),
    ...(document.tools ?? []).flatMap((rule, index) => [
      ...globFindings(rule.match, null, ['tools', index, 'match']),
      ...conditionFindings(rule.where, 'tool', ['tools', index, 'where']),
    ]),
    ...(document.flows ?? []).flatMap((rule, index) => {
      const kind = rule.ask === undefined ? 'deny' : 'ask';
      const to = rule[kind]?.to;
      if (to?.parameter !== undefined || to?.reader !== undefined) return [];
      const message = '`to` names neither a `parameter` nor a `reader`, so nobody knows what this rule is about.';
      return [{ path: ['flows', index, kind, 'to'], message }];
    }),
    ...inferenceFindings(document),
    ...fileFindings(document),
    ...middlewareFindings(document),
    ...(document.labels?.files ?? []).flatMap((file, index) =>
      globFindings(file.path, '/', ['labels', 'files', index, 'path']),
    ),
    ...(document.labels?.tools ?? []).flatMap((tool, index) =>
      globFindings(tool.match, null, ['labels', 'tools', index, 'match']),
    ),
    ...Object.keys(document.services ?? {}).flatMap((name) => serviceFindings(name)),
  ];
}

function modeFindings({ mode, learn }: PolicyDocument): readonly Finding[] {
  if (mode === 'learn' && learn === undefined)
    return [
      {
        path: ['mode'],
        message: 'Learning needs `learn: { operator, expires }`: who is responsible for it, and until when.',
      },
    ];
  if (mode !== 'learn' && learn !== undefined)
    return [{ path: ['learn'], message: '`learn` means nothing without `mode: learn`.' }];
  return [];
}

function binaryFindings(path: string, place: Finding['path']): readonly Finding[] {
  const expanded = expandAlternatives(path);
  if (expanded.kind === 'refused') return globFindings(path, '/', place);
  if (expanded.patterns.every((pattern) => pattern === '**' || pattern.startsWith('/')))
    return globFindings(path, '/', place);
  return [{ path: place, message: 'An executable is an absolute path, or a glob that starts with "/".' }];
}

function inferenceFindings({ inference }: PolicyDocument): readonly Finding[] {
  const routes = inference?.routes ?? [];
  return [
    ...(inference?.models ?? []).flatMap((model, index) => globFindings(model, null, ['inference', 'models', index])),
    ...Object.keys(inference?.prices ?? {}).flatMap((model) =>
      globFindings(model, null, ['inference', 'prices', model]),
    ),
    ...routes.flatMap(({ when, use }, index) => [
      ...conditionFindings(when, 'labels', ['inference', 'routes', index, 'when']),
      ...(use === 'default' || use === 'local' || /^[^/]+\/.+$/.test(use)
        ? []
        : [
            {
              path: ['inference', 'routes', index, 'use'],
              message: 'A route leads to `default`, `local`, or a model as `provider/model`.',
            },
          ]),
      ...(when === undefined && index < routes.length - 1
        ? [
            {
              path: ['inference', 'routes', index],
              message: 'This route takes everything, so no route after it is ever used; put it last.',
            },
          ]
        : []),
    ]),
  ];
}

function middlewareFindings({ network_middlewares: middlewares }: PolicyDocument): readonly Finding[] {
  return Object.entries(middlewares ?? {}).flatMap(([name, { middleware, config, endpoints }]) => {
    const path = ['network_middlewares', name] as const;
    const read = readMiddleware(middleware, config);
    const hosts = (['include', 'exclude'] as const).flatMap((list) =>
      (endpoints[list] ?? []).flatMap((host, index) => {
        const compiled = compileHostPattern(host);
        return compiled.kind === 'ok' ? [] : [{ path: [...path, 'endpoints', list, index], message: compiled.reason }];
      }),
    );
    return read.kind === 'ok' ? hosts : [{ path: [...path, read.at], message: read.message }, ...hosts];
  });
}

function serviceFindings(name: string): readonly Finding[] {
  const host = compileHostPattern(name);
  const plain = host.kind === 'ok' && host.patterns.length === 1 && host.patterns[0]?.source === name;
  if (plain && host.patterns[0]?.glob === null && /[a-z]/.test(name) && !name.includes(':')) return [];
  return [{ path: ['services', name], message: `"${name}" is not a plain lower-case host name.` }];
}
