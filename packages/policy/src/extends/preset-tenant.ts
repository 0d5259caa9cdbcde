/** A name in `extends`, taken apart: `preset:jira/acme` is the preset `preset:jira` for the customer `acme`. */
export interface BaseName {
  /** The name in the library. */
  readonly reference: string;
  readonly tenant: string | undefined;
}

/**
 * Stands in a preset of a service that gives each customer a place of their own, such as `{tenant}.zendesk.com`. As it stands
 * it is a pattern with one alternative, the word `tenant`, so that the file is a document like any other and opens nothing.
 */
const placeholder = '{tenant}';

const ofTenant = /^(preset:[a-z0-9-]+)\/([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)$/;

export function readBaseName(name: string): BaseName {
  const [, reference = name, tenant] = ofTenant.exec(name) ?? [];
  return { reference, tenant };
}

/** Whether the text of a preset opens the place of one customer, who has to be named. */
export function needsTenant(source: string): boolean {
  return source.includes(placeholder);
}

/** The text of a preset for one customer: one label of letters, digits and hyphens, which means nothing in YAML. */
export function forTenant(source: string, tenant: string): string {
  return source.replaceAll(placeholder, tenant);
}

/** Why a preset cannot be extended under this name; undefined when it can. */
export function tenantProblem({ reference, tenant }: BaseName, source: string): string | undefined {
  if (needsTenant(source) === (tenant !== undefined)) return undefined;
  const service = reference.replace(/^preset:/, '');
  return tenant === undefined
    ? `\`${reference}\` opens the place of one customer at ${service}: write yours behind it, as in \`${reference}/acme\`.`
    : `\`${reference}\` is the same for every customer: write \`${reference}\`.`;
}
