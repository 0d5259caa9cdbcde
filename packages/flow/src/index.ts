export { type FilePart, type FileRules, folderPath, labelOfFile } from './folder-path.ts';
export { emptyLabel, isAsBad, joinLabels, labelFrom } from './label.ts';
export {
  type AnswerLabel,
  createProvenance,
  type FinishedCall,
  type Provenance,
  type ProvenanceOptions,
  type StartingCall,
} from './provenance.ts';
