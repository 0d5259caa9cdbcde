export { nearestWord } from './nearest-word.ts';
export { readStrictYaml, type StrictYamlOptions } from './strict-yaml.ts';
export { readYaml, type YamlFault, type YamlPlace, type YamlRead, type YamlSource } from './yaml-source.ts';
