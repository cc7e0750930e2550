/**
 * `perdure check 'src/**\/*.wf.ts'`: everything that building would say, without writing.
 */
import { compileAll, count, findSources, report } from '../compile.ts';
import type { Command } from '../command.ts';
import { green, print, printJson } from '../terminal.ts';

export const check: Command = {
  name: 'check',
  summary: 'Check workflow modules without writing anything',
  usage: "'src/**/*.wf.ts'",
  options: { json: { type: 'boolean' } },
  help: { json: 'Print the diagnostics as JSON' },
  async run(values, patterns) {
    const compiled = compileAll(await findSources(patterns));
    const failed = compiled.diagnostics.some((d) => d.severity !== 'hazard');
    if (values.json) printJson(compiled.diagnostics);
    else if (!report(compiled)) print(`${green('fine')} ${count(compiled.modules.size, 'module')}`);
    return failed ? 1 : 0;
  },
};
