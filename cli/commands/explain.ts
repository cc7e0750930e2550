/**
 * `perdure explain FILE [--stage …]`: what each pass makes of a module.
 */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { STAGES } from '../../compiler/stages.ts';
import { CliError, JSON_HELP, JSON_OPTION, type Command } from '../command.ts';
import { bold, print, printJson } from '../terminal.ts';

export const explain: Command = {
  name: 'explain',
  summary: 'Show what each pass of the compiler makes of a module',
  args: [{ name: 'FILE', help: 'a workflow module (*.wf.ts)' }],
  options: { stage: { type: 'string' }, ...JSON_OPTION },
  help: { stage: ['STAGE', `One of ${STAGES.join(', ')}. Default: all`], ...JSON_HELP },
  examples: ['explain src/order.wf.ts', 'explain src/order.wf.ts --stage js'],
  async run(values, [file]) {
    const stage = values.stage as string | undefined;
    if (stage !== undefined && !(STAGES as readonly string[]).includes(stage)) {
      throw new CliError(`There is no stage '${stage}'. There are ${STAGES.join(', ')}.`);
    }
    if (!file!.endsWith('.wf.ts')) throw new CliError(`${file} is no workflow module: their names end with .wf.ts.`);
    if (!statSync(file!, { throwIfNoEntry: false })?.isFile()) throw new CliError(`There is no file ${file}.`);
    const { diskHost } = await import('../../compiler/disk.ts');
    const { explainModule } = await import('../../compiler/explain.ts');
    const { compilation, stages } = explainModule(resolve(file!), diskHost());
    // Without a program there is nothing to see but why.
    const shown = compilation.ok ? STAGES.filter((name) => stage === undefined || stage === name) : (['validate'] as const);
    if (values.json) {
      const texts = Object.fromEntries(shown.map((name) => [name, stages[name] ?? null]));
      printJson({ ok: compilation.ok, file, stages: texts, diagnostics: compilation.diagnostics });
    } else {
      for (const name of shown) {
        if (stage === undefined) print(bold(`── ${name} ${'─'.repeat(Math.max(0, 70 - name.length))}`));
        print(stages[name]);
      }
    }
    return compilation.ok ? 0 : 1;
  },
};
