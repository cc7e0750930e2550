/**
 * What is mutated: fixtures and examples of one module.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Random } from '../support/random.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let sources: Map<string, string> | null = null;

function corpus(): Map<string, string> {
  if (sources) return sources;
  const names = ['test/run', 'examples', 'bench/kernels']
    .flatMap((folder) => readdirSync(`${ROOT}${folder}`, { recursive: true }).map((name) => `${folder}/${String(name)}`))
    .filter((name) => name.endsWith('.wf.ts'));
  const texts = names.map((name): [string, string] => [name, readFileSync(ROOT + name, 'utf8').replaceAll(/^\/\/ expect:.*\n?/gm, '')]);
  sources = new Map(texts.filter(([, source]) => !/from '\.|import '\./.test(source)));
  return sources;
}

/**
 * The source that a key stands for: that whose name has the highest hash with it. A source that is added takes its
 * share of the keys and leaves the others what they were, so that a sample stays the sample it was.
 */
export function sourceFor(key: string): string {
  let [best, highest] = ['', -1];
  for (const [name, source] of corpus()) {
    const rank = new Random(`${key} ${name}`).next();
    if (rank > highest) [best, highest] = [source, rank];
  }
  return best;
}
