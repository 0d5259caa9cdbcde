// Prints the closing line of .ci/run from Vitest's JSON report. `npm run check` counts as one test, and so does each way
// of failing that leaves no failed test behind: a file that did not load, a run that was cut off.
import { readFileSync } from 'node:fs';

const [path, check, tests] = process.argv.slice(2);

function readReport() {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // Vitest did not come to its end
  }
}

const report = readReport();
const files = report?.testResults ?? [];
const brokenFiles = files.filter(
  (file) => file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed'),
);
for (const file of brokenFiles) console.log(`did not run: ${file.name}`);

let passed = report?.numPassedTests ?? 0;
let failed = (report?.numFailedTests ?? 0) + brokenFiles.length;
if (check === '0') passed += 1;
else failed += 1;
if (tests !== '0' && failed === (check === '0' ? 0 : 1)) failed += 1;

const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
if (skipped > 0) console.log(`${skipped} skipped`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 1 ? 0 : 1;
