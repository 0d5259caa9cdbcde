/**
 * `npm run bench`: every topic, or those that are named, one after the other; the tables on the standard output, all
 * figures in a file. It measures and prints; it asserts nothing.
 */
import { readWish, type Topic, usage } from './command-line.ts';
import { describeMachine, load, type Machine } from './report/machine.ts';
import { measureApart } from './report/measure-apart.ts';
import { openResults } from './report/results.ts';
import { drawTopic, type TopicResult } from './topic.ts';

function drawMachine(machine: Machine): string {
  return (
    `Clawhold ${machine.clawhold}, Node ${machine.node}, Linux ${machine.kernel}, ${machine.processors} × ` +
    `${machine.processor}, ${machine.memoryGigabytes} GiB, as ${machine.user}, load ${load().toFixed(2)}`
  );
}

async function measure(wanted: readonly Topic[], json: string | undefined): Promise<void> {
  const began = new Date().toISOString();
  using results = openResults(began, json); // before the long work, so that a path that cannot be written is said at once
  const machine = describeMachine();
  console.log(drawMachine(machine));
  const found: Record<string, TopicResult | { readonly failed: string }> = {};
  for (const topic of wanted) {
    console.error(`clawhold: measuring ${topic} …`);
    const result = await measureApart(topic);
    found[topic] = result;
    console.log(`\n${'failed' in result ? `${topic}: no figures: ${result.failed}` : drawTopic(result)}`);
    results.write({ began, machine, topics: found });
  }
  console.log(`\nAll figures: ${results.path}`);
}

async function main(words: readonly string[]): Promise<number> {
  const wish = readWish(words);
  if (wish.kind === 'unclear') {
    console.error(`clawhold: ${wish.why}\n\n${usage}`);
    return 1;
  }
  if (wish.kind === 'help') console.log(usage);
  else await measure(wish.topics, wish.json);
  return 0;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`clawhold: ${error instanceof Error ? error.message : String(error)}`);
  return 1;
});
