import type { PolicyDocument } from '@clawhold/spec';

/** Every rule of a document that a decision can name, as `network_policies.api.endpoints[0].rules[1]`. */
export function rulePaths(document: PolicyDocument): readonly string[] {
  return [
    ...Object.entries(document.network_policies ?? {}).flatMap(([name, { endpoints }]) =>
      endpoints.flatMap((endpoint, index) => {
        const path = `network_policies.${name}.endpoints[${index}]`;
        const lists = (['rules', 'deny_rules', 'tools'] as const).flatMap((list) =>
          (endpoint[list] ?? []).map((_rule, at) => `${path}.${list}[${at}]`),
        );
        if (endpoint.access !== undefined) return [`${path}.access`, ...lists];
        return lists.length === 0 ? [path] : lists;
      }),
    ),
    ...(document.tools ?? []).map((_rule, at) => `tools[${at}]`),
    ...(document.flows ?? []).map((_rule, at) => `flows[${at}]`),
    ...(document.inference?.models ?? []).map((_model, at) => `inference.models[${at}]`),
  ];
}
