/**
 * `perdure explain FILE [--stage …]`: what each pass makes of a module.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { diskHost } from '../../compiler/disk.ts';
import { explainModule, STAGES, type Stage } from '../../compiler/explain.ts';
import { CliError, type Command } from '../command.ts';
import { bold, print } from '../terminal.ts';

export const explain: Command = {
  name: 'explain',
  summary: 'Show what each pass of the compiler makes of a module',
  usage: 'FILE [--stage STAGE]',
  options: { stage: { type: 'string' } },
  help: { stage: `One of ${STAGES.join(', ')}. Default: all` },
  async run(values, [file]) {
    if (!file) throw new CliError('Which file?');
    if (!existsSync(file)) throw new CliError(`There is no file ${file}.`, 3);
    const stage = values.stage as string | undefined;
    if (stage !== undefined && !(STAGES as readonly string[]).includes(stage)) {
      throw new CliError(`There is no stage '${stage}'. There are ${STAGES.join(', ')}.`);
    }
    const { compilation, stages } = explainModule(resolve(file), diskHost);
    for (const name of STAGES) {
      const text = stages[name as Stage];
      if (text === undefined || (stage !== undefined && stage !== name && compilation.ok)) continue;
      if (stage === undefined) print(bold(`── ${name} ${'─'.repeat(Math.max(0, 70 - name.length))}`));
      print(text);
    }
    return compilation.ok ? 0 : 1;
  },
};
