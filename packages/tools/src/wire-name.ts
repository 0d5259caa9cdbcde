/** The name of a tool on a model's wire: providers allow letters, digits, `_` and `-` only. */
export function wireName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/g, '_');
}
