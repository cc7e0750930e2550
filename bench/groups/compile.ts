/**
 * The compiler: a module of 10,000 lines against Babel's own parser and generator on the same text, and what of it
 * the source map takes.
 */
import { generate, parse } from '../../compiler/babel.ts';
import { inChild } from '../child.ts';
import { compileModules } from '../compile.ts';
import type { Group } from '../group.ts';
import { cpuMs, ratio, spreadOf, warmUp, type Side, type Spread } from '../measure.ts';
import { showNumber, showRatio } from '../table.ts';
import { typicalModule } from '../typical-module.ts';

const LINES = 10_000;

const timed = (body: () => unknown): Side => () => {
  const from = cpuMs();
  body();
  return cpuMs() - from;
};

interface Measured {
  ratio: Spread;
  /** Printing with a map / printing without one, of what the compiler emits. */
  maps: Spread;
  /** Output in characters / source in characters. */
  growth: number;
  ms: number;
}

/** In a child process. */
export async function measure(quick: boolean): Promise<Measured> {
  const text = typicalModule(quick ? LINES / 5 : LINES);
  const compile = timed(() => compileModules('typical.wf.ts', text));
  const babel = timed(() => generate(parse(text, { sourceType: 'module', plugins: ['typescript'] })));
  await warmUp(compile, babel, quick ? 1000 : 8000);
  const { code } = compileModules('typical.wf.ts', text).at(-1)!;
  const emitted = parse(code);
  const withMap = timed(() => generate(emitted, { sourceMaps: true, sourceFileName: 'typical.wf.ts' }, text).map);
  const times: number[] = [];
  for (let i = 0; i < 5; i++) times.push(await compile());
  return {
    ratio: await ratio(compile, babel, quick ? 3 : 7, 2),
    maps: await ratio(withMap, timed(() => generate(emitted)), quick ? 3 : 5, 2),
    growth: code.length / text.length,
    ms: spreadOf(times).median,
  };
}

export const compile: Group = {
  name: 'compile',
  about: `A generated module of ${LINES.toLocaleString('en')} lines of the code that people write: CPU time to compile it / CPU time of Babel's own parse and generate.`,

  async run({ quick }) {
    const measured = await inChild<Measured>(import.meta.url, quick);
    return [
      {
        title: 'Compiler / Babel',
        head: ['', 'figure'],
        rows: [
          ['compile / Babel parse and generate', showRatio(measured.ratio)],
          ['compile, ms', showNumber(measured.ms)],
          ['emitted / source, characters', measured.growth.toFixed(2)],
          ['printing with a source map / without', showRatio(measured.maps)],
        ],
        verdicts: [{ what: `compile ${LINES.toLocaleString('en')} lines`, value: measured.ratio.median, goal: { atMost: 3 } }],
      },
    ];
  },
};
