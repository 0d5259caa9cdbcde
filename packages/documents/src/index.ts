export { nearestWord } from './nearest-word.ts';
export { readStrictYaml, type StrictYamlOptions } from './strict-yaml.ts';
