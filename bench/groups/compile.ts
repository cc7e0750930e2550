/**
 * The compiler: a module of 10,000 lines against Babel's own parser and generator on the same text, once V8 knows the code
 * and the first time in a process; and the printer against Babel's on what the compiler emits.
 */
import { generate } from '@babel/generator';
import { parse } from '@babel/parser';
import { printStatements, Writer } from '../../compiler/print/index.ts';
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
  /** Printing what the compiler emits, with a source map. */
  printing: Spread;
  /** Output in characters / source in characters. */
  growth: number;
  ms: number;
}

/** In a child process: everything, or what one side takes the first time. */
export async function measure(quick: boolean, first?: 'ours' | 'theirs'): Promise<Measured | number> {
  const text = typicalModule(quick ? LINES / 5 : LINES);
  const compile = timed(() => compileModules('typical.wf.ts', text));
  const babel = timed(() => generate(parse(text, { sourceType: 'module', plugins: ['typescript'] })));
  if (first) return await (first === 'ours' ? compile : babel)();
  await warmUp(compile, babel, quick ? 1000 : 8000);
  const { code } = compileModules('typical.wf.ts', text).at(-1)!;
  const emitted = parse(code);
  const ours = timed(() => {
    const w = new Writer(true);
    printStatements(w, emitted.program.body);
    return [w.toString(), w.mappings!.encode()];
  });
  const theirs = timed(() => generate(emitted, { sourceMaps: true, sourceFileName: 'typical.wf.ts' }, text).map);
  const times: number[] = [];
  for (let i = 0; i < 5; i++) times.push(await compile());
  return {
    ratio: await ratio(compile, babel, quick ? 3 : 7, 2),
    printing: await ratio(ours, theirs, quick ? 3 : 5, 2),
    growth: code.length / text.length,
    ms: spreadOf(times).median,
  };
}

export const compile: Group = {
  name: 'compile',
  about: `A generated module of ${LINES.toLocaleString('en')} lines of the code that people write: CPU time to compile it / CPU time of Babel's own parse and generate.`,

  async run({ quick }) {
    const first = (side: 'ours' | 'theirs') => () => inChild<number>(import.meta.url, quick, side);
    const cold = await ratio(first('ours'), first('theirs'), quick ? 1 : 3, 2);
    const measured = await inChild<Measured>(import.meta.url, quick);
    return [
      {
        title: 'Compiler / Babel',
        head: ['', 'figure'],
        rows: [
          ['compile / Babel parse and generate', showRatio(measured.ratio)],
          ['the same, the first time in a process', showRatio(cold)],
          ['compile, ms', showNumber(measured.ms)],
          ['emitted / source, characters', measured.growth.toFixed(2)],
          ['printing what is emitted / Babel generate, with source maps', showRatio(measured.printing)],
        ],
        verdicts: [{ what: `compile ${LINES.toLocaleString('en')} lines`, value: measured.ratio.median, goal: { atMost: 3 } }],
      },
    ];
  },
};
