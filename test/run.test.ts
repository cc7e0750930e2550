/**
 * Every fixture in test/run, in every execution; all must print what its `// expect:` lines say. The oracle is plain
 * Node on the same source. `UPDATE=1` writes the oracle's lines into new fixtures.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compileFile, laterVersion, runCompiled, type Mode } from './support/harness.ts';
import { runOracle } from './support/oracle.ts';
import { messagesOf } from './support/oracle-waiting.ts';
import { runStored } from './support/stored.ts';

const ROOT = fileURLToPath(new URL('./run/', import.meta.url));
const MODES: Mode[] = ['plain', 'kept', 'every', 'delta'];

function fixtures(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      // A folder with a main is one fixture of several modules.
      if (statSync(path).isDirectory()) {
        const main = readdirSync(path).includes('main.wf.ts');
        return main ? [join(path, 'main.wf.ts')] : fixtures(path);
      }
      return name.endsWith('.wf.ts') ? [path] : [];
    });
}

const EXPECT = /^\/\/ expect: ?(.*)$/gm;

const expectations = (source: string): string[] => [...source.matchAll(EXPECT)].map((match) => match[1]!);

/** What a fixture prints, each line of output as a line. */
const lines = (output: string[]): string[] => output.flatMap((text) => text.split('\n')).map((line) => line.trimEnd());

describe.each(fixtures(ROOT).map((file) => [relative(ROOT, file).replace(/\.wf\.ts$/, ''), file] as const))('%s', (_name, file) => {
  const source = readFileSync(file, 'utf8');
  const messages = messagesOf(source);
  // `// differs: why` on a fixture whose behaviour is documented to differ from plain Node.
  const differs = /^\/\/ differs: .+$/m.test(source);

  test.skipIf(differs)('oracle', async () => {
    const output = lines(await runOracle(file, {}, messages));
    if (process.env.UPDATE && expectations(source).length === 0) {
      writeFileSync(file, `${source.trimEnd()}\n\n${output.map((line) => `// expect: ${line}`.trimEnd()).join('\n')}\n`);
      return;
    }
    expect(output).toEqual(expectations(source));
  });

  const expected = expectations(source);

  test('moved', () => {
    const root = dirname(file);
    const other = compileFile(file, { [basename(file)]: laterVersion(source) }, root);
    expect(lines(runCompiled(compileFile(file), { mode: 'moved', other, messages }))).toEqual(expected);
  });

  test.each(MODES)('%s', (mode) => {
    expect(lines(runCompiled(compileFile(file), { mode, messages }))).toEqual(expected);
  });

  // Effects that are under way at once may end in another order after a kill. A fixture whose lines tell the order
  // says `// not in store: why`; for one that does so by chance there is another try.
  test.skipIf(/^\/\/ not in store: .+$/m.test(source))('store', { retry: 2 }, async () => {
    expect(lines(await runStored(file, ROOT, messages))).toEqual(expected);
  });
});
