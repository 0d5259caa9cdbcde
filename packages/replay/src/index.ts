export { type ReplayOptions, type ReplayProgress, replay } from './replay.ts';
