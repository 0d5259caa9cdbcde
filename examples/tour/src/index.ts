export { checkReport } from './check-report.ts';
export { type FinanceApi, type FinanceApiOptions, startFinanceApi } from './finance/server.ts';
export type { FinanceState, Payment, Posting } from './finance/store.ts';
export { createTourFolder, type TourFolder } from './folder.ts';
export {
  tourCeiling,
  tourModel,
  tourName,
  tourPolicy,
  tourScenarios,
  tourTask,
  unattendedTourName,
  unattendedTourPolicy,
} from './policy.ts';
