import type { PolicyDocument } from '@clawhold/spec';
import { compileHostPattern } from '../host/host-pattern.ts';
import { hostName, modelName, name, normalPath } from '../space/shape.ts';
import { coveredBy, patternCells } from './covered-patterns.ts';
import type { WarningFinding } from './warning.ts';

const takeOut = 'Take this one out.';

/** Entries of the lists outside the network that others of the same list leave nothing to say. */
export function listWarnings(document: PolicyDocument): readonly WarningFinding[] {
  return [...modelWarnings(document), ...labelWarnings(document), ...middlewareWarnings(document)];
}

function modelWarnings({ inference: { models = [], routes = [] } = {} }: PolicyDocument): readonly WarningFinding[] {
  const covered = coveredBy(patternCells(models, null, modelName) ?? []);
  const dead = models.flatMap((pattern, at): readonly WarningFinding[] => {
    const other = covered[at] ?? -1;
    const path = ['inference', 'models', at];
    if (other === -1) return [];
    const message = `inference.models[${other}] is about ${pattern} too.`;
    return [{ kind: 'shadowed', path, message, fix: takeOut }];
  });
  const later = routes.flatMap(({ when }, at): readonly WarningFinding[] => {
    const other = routes.findIndex((route) => route.when === when);
    const path = ['inference', 'routes', at];
    if (other === at || when === undefined) return [];
    const message = `inference.routes[${other}] takes all that this route is about: the first one counts.`;
    return [{ kind: 'shadowed', path, message, fix: takeOut }];
  });
  return [...dead, ...later];
}

function labelWarnings({ labels: { files = [], tools = [] } = {} }: PolicyDocument): readonly WarningFinding[] {
  const cells = patternCells(
    files.map(({ path }) => `/${path}`),
    '/',
    normalPath,
  );
  const saysAll = (other: number, one: number): boolean =>
    (files[one]?.integrity === undefined || files[other]?.integrity !== undefined) &&
    (files[one]?.confidentiality === undefined || files[other]?.confidentiality !== undefined);
  const places = [
    { list: 'files', covered: coveredBy(cells ?? [], saysAll) },
    {
      list: 'tools',
      covered: coveredBy(
        patternCells(
          tools.map(({ match }) => match),
          null,
          name,
        ) ?? [],
      ),
    },
  ];
  return places.flatMap(({ list, covered }) =>
    covered.flatMap((other, at): readonly WarningFinding[] => {
      if (other === -1) return [];
      const message = `labels.${list}[${other}] says the same about these.`;
      return [{ kind: 'shadowed', path: ['labels', list, at], message, fix: takeOut }];
    }),
  );
}

function middlewareWarnings({ network_middlewares: middlewares = {} }: PolicyDocument): readonly WarningFinding[] {
  return Object.entries(middlewares).flatMap(
    ([
      key,
      {
        endpoints: { include, exclude = [] },
      },
    ]) => {
      const sources = (hosts: readonly string[]): readonly string[] =>
        hosts.flatMap((host) => {
          const compiled = compileHostPattern(host);
          return compiled.kind === 'ok' ? compiled.patterns.map(({ source }) => source) : [];
        });
      const [wanted, without] = [sources(include), sources(exclude)];
      const cells = patternCells([...wanted, ...without], '.', hostName);
      const excluded = new Set(cells?.slice(wanted.length).flatMap((of) => [...of]));
      const left = cells
        ?.slice(0, wanted.length)
        .some((of) => of.size === 0 || [...of].some((cell) => !excluded.has(cell)));
      if (left ?? true) return [];
      const message =
        'This never looks at anything: `exclude` has every host that `include` has, and what is excluded wins.';
      const path = ['network_middlewares', key, 'endpoints', 'exclude'];
      return [{ kind: 'dead', path, message, fix: 'Exclude fewer hosts, or take the middleware out.' }];
    },
  );
}
