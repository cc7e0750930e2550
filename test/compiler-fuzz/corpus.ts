/**
 * What is mutated: fixtures and examples of one module.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let sources: string[] | null = null;

export function corpus(): string[] {
  sources ??= ['test/run', 'examples', 'bench/kernels']
    .flatMap((folder) => readdirSync(`${ROOT}${folder}`, { recursive: true }).map((name) => `${ROOT}${folder}/${String(name)}`))
    .filter((file) => file.endsWith('.wf.ts'))
    .sort()
    .map((file) => readFileSync(file, 'utf8').replaceAll(/^\/\/ expect:.*\n?/gm, ''))
    .filter((source) => !/from '\.|import '\./.test(source));
  return sources;
}
