/**
 * `npm run bench`: every topic, or those that are named, one after the other; the tables on the standard output, all
 * figures in `bench/results/`. It measures and prints; it asserts nothing.
 */
import { describeMachine, load } from './report/machine.ts';
import { measureApart } from './report/measure-apart.ts';
import { writeResults } from './report/results.ts';
import { drawTopic, type TopicResult } from './topic.ts';

/** Each is a script of that name beside this one, in the order they are run. */
const topics = ['start', 'sandbox', 'decision', 'ledger', 'memory', 'proxy'] as const;

type Topic = (typeof topics)[number];

function isTopic(word: string): word is Topic {
  return (topics as readonly string[]).includes(word);
}

async function main(words: readonly string[]): Promise<number> {
  const unknown = words.find((word) => !isTopic(word));
  if (unknown !== undefined) {
    const isHelp = unknown === '--help' || unknown === '-h';
    if (!isHelp) console.error(`clawhold: there is no topic "${unknown}"`);
    console.error(`npm run bench [-- ${topics.join(' | ')} …]`);
    return isHelp ? 0 : 1;
  }
  const machine = describeMachine();
  const began = new Date();
  console.log(
    `Clawhold ${machine.clawhold}, Node ${machine.node}, Linux ${machine.kernel}, ${machine.processors} × ` +
      `${machine.processor}, ${machine.memoryGigabytes} GiB, as ${machine.user}, load ${load().toFixed(2)}`,
  );
  const results: Record<string, TopicResult | { readonly failed: string }> = {};
  for (const topic of topics.filter((name) => words.length === 0 || words.includes(name))) {
    console.error(`clawhold: measuring ${topic} …`);
    const result = await measureApart(topic);
    results[topic] = result;
    console.log(`\n${'failed' in result ? `${topic}: no figures: ${result.failed}` : drawTopic(result)}`);
  }
  console.log(`\nAll figures: ${writeResults({ began: began.toISOString(), machine, topics: results })}`);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
