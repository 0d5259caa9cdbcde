import { labelledContents, type PolicyDocument } from '@clawhold/spec';
import type { Snapshot } from '../compile/snapshot.ts';
import type { Delimiter } from '../glob/glob.ts';
import { textClasses } from '../space/classes.ts';
import type { Limits } from '../space/limits.ts';
import { name, normalPath, type Shape } from '../space/shape.ts';

/** Something that documents label before anything happened to it. */
export interface Labelled {
  /** In the words of a person. */
  readonly what: string;
  /** Where documents say it. */
  readonly path: string;
  readonly labels: (snapshot: Snapshot) => readonly string[];
}

/** One file, tool and content for every way in which these policies label them differently. */
export function labelled(snapshots: readonly Snapshot[], limits: Limits): readonly Labelled[] {
  const labels = snapshots
    .flatMap(({ documents }): readonly (PolicyDocument | undefined)[] => Object.values(documents))
    .flatMap((document) => document?.labels ?? []);
  const paths = labels.flatMap(({ files = [] }) => files.map(({ path }) => path.replace(/^(?:\.?\/)*/, '/')));
  const tools = labels.flatMap(({ tools: own = [] }) => own.map(({ match }) => match));
  const examples = (patterns: readonly string[], delimiter: Delimiter, shape: Shape): readonly string[] => {
    if (patterns.length === 0) return [];
    const { classes, complete } = textClasses([...new Set(patterns)], delimiter, shape);
    if (!complete) limits.incomplete(delimiter === null ? 'names' : 'paths');
    return classes.map(({ example }) => example);
  };
  return [
    ...examples(paths, '/', normalPath).map((found): Labelled => {
      const file = found.slice(1);
      return {
        what: `a file ${file} of the task folder`,
        path: 'labels.files',
        labels: (snapshot) => [
          ...(snapshot.labels.externalFiles.some((glob) => glob.matches(file)) ? ['the words of strangers'] : []),
          ...(snapshot.labels.secretFiles.some((glob) => glob.matches(file)) ? ['secret'] : []),
        ],
      };
    }),
    ...examples(tools, null, name).map(
      (tool): Labelled => ({
        what: `what ${tool} answers`,
        path: 'labels.tools',
        labels: (snapshot) => (snapshot.labels.secretTools.some((glob) => glob.matches(tool)) ? ['secret'] : []),
      }),
    ),
    ...labelledContents.map(
      (content): Labelled => ({
        what: `a result with ${content} in it`,
        path: 'labels.contents',
        labels: (snapshot) => (snapshot.labels.secretContents.includes(content) ? ['secret'] : []),
      }),
    ),
  ];
}
