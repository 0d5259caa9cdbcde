import { type Conversion, type Draft, type Path, type Tree, treeOf } from './conversion.ts';
import { readDeniedDomain, readDomain } from './domain.ts';
import { domainEndpoints, type PlacedDomain } from './domain-rules.ts';

/** What weakens the sandbox there, and has no counterpart that could. */
const weakening: Readonly<Record<string, readonly string[]>> = {
  network: [
    'allowUnixSockets',
    'allowAllUnixSockets',
    'allowLocalBinding',
    'allowMachLookup',
    'allowPlaintextHeaderSet',
  ],
  filesystem: ['disabled', 'allowGitConfig'],
  credentials: ['allowPlaintextInject'],
  '': [
    'ignoreViolations',
    'enableWeakerNestedSandbox',
    'allowNestedUserNamespaces',
    'enableWeakerNetworkIsolation',
    'allowAppleEvents',
    'allowPty',
  ],
};

const fileTools = ['file.read', 'file.list', 'file.search', 'file.write', 'file.edit', 'shell.exec'] as const;
const writingTools = ['file.write', 'file.edit', 'shell.exec'] as const;

/** The settings of sandbox-runtime. Programs in a sandbox here see the task folder only, so most of its file rules hold by themselves. */
export function convertSrt(conversion: Conversion): Draft {
  const settings = treeOf(conversion.value) ?? {};
  const asked = new Set(convertFiles(settings, [], conversion));
  return {
    sections: { name: 'imported', ...toolSection(asked) },
    policies: networkPolicies(settings, [], conversion),
  };
}

/** The network rules of such settings, which may be a part of a larger document. */
export function networkPolicies(settings: Tree, at: Path, conversion: Conversion): Draft['policies'] {
  const here: Path = [...at, 'network'];
  noteWeakening(settings, at, conversion);
  const denied = conversion.texts([...here, 'deniedDomains']).map(readDeniedDomain);
  const allowed = conversion.texts([...here, 'allowedDomains']).flatMap((text, index): readonly PlacedDomain[] => {
    const from = [...here, 'allowedDomains', index];
    const domain = readDomain(text);
    if (typeof domain === 'string') conversion.left(from, `Left out: ${domain}`);
    return typeof domain === 'string' ? [] : [{ ...domain, from }];
  });
  const endpoints = domainEndpoints(allowed, denied, { protocol: 'tcp' }, conversion);
  return endpoints.length === 0 ? [] : [{ name: 'imported_domains', endpoints }];
}

/** The tools that must ask a person, because a rule about files cannot be kept otherwise. */
export function convertFiles(settings: Tree, at: Path, conversion: Conversion): readonly string[] {
  const texts = (key: string): readonly string[] => conversion.texts([...at, 'filesystem', key]);
  const secrets = [
    ...(treeOf(settings['credentials'])?.['files'] === undefined ? [] : [['credentials', 'files']]),
    ...(texts('denyRead').length > 0 ? [['filesystem', 'denyRead']] : []),
    ...(texts('denyWrite').length > 0 ? [['filesystem', 'denyWrite']] : []),
  ];
  const asked = new Set<string>();
  for (const place of secrets) {
    conversion.left(
      [...at, ...place],
      `\`${place.join('.')}\` cannot be kept inside the task folder, so tools that reach files ask a person. Keep such files out of it, then take the rules out of \`tools\`.`,
    );
    for (const tool of fileTools) asked.add(tool);
  }
  const writable = texts('allowWrite').some((path) => /^\.?\/?(?:\*\*\/?)?$|^\.\/\*\*$/.test(path) && path !== '');
  if (!writable) {
    conversion.changed(
      [...at, 'filesystem', 'allowWrite'],
      'The working folder is not writable there, so tools that write to it ask a person.',
    );
    for (const tool of writingTools) asked.add(tool);
  }
  return [...asked];
}

/** Rules that make tools ask. */
function toolSection(asked: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  return asked.size === 0 ? {} : { tools: [...asked].map((match) => ({ match, decision: 'ask' })) };
}

/** The keys of each section that are read here. */
const readKeys: Readonly<Record<string, readonly string[]>> = {
  network: ['allowedDomains', 'deniedDomains'],
  filesystem: ['denyRead', 'denyWrite', 'allowWrite'],
  credentials: ['files'],
  '': ['enabled', 'network', 'filesystem', 'credentials'],
};

function noteWeakening(settings: Tree, at: Path, conversion: Conversion): void {
  for (const [section, keys] of Object.entries(weakening)) {
    const part = section === '' ? settings : (treeOf(settings[section]) ?? {});
    conversion.strangers([...at, ...(section === '' ? [] : [section])], part, [...keys, ...(readKeys[section] ?? [])]);
    for (const key of keys)
      if (part[key] !== undefined && part[key] !== false)
        conversion.left(
          [...at, ...(section === '' ? [] : [section]), key],
          `\`${key}\` weakens the sandbox and is left out; what is on this machine is named in \`services\` of the ceiling.`,
        );
  }
}
