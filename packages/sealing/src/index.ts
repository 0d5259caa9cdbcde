export { openEnvelope, sealEnvelope } from './envelope.ts';
export { placeFile, readOrCreateKeyFile } from './key-file.ts';
export { type DataKey, keyBytes, newDataKey, seal, unseal } from './sealed.ts';
