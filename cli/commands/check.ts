/**
 * `perdure check 'src/**\/*.wf.ts'`: everything that building would say, without writing. With `--watch` again and
 * again, as files change.
 *
 * With `--json` it prints { ok, modules, diagnostics }, one document; with `--watch` too, one document per line and
 * check, with `checked`, the entries of the programs that were looked at. docs/running.md describes it.
 */
import { JSON_HELP, JSON_OPTION, PATTERNS, type Command } from '../command.ts';
import { printJson } from '../terminal.ts';

export const check: Command = {
  name: 'check',
  summary: 'Check workflow modules without writing anything',
  args: [PATTERNS],
  options: { watch: { type: 'boolean', short: 'w' }, ...JSON_OPTION },
  help: { watch: 'Check again whenever a file changes, until Ctrl-C', ...JSON_HELP },
  examples: ["check 'src/**/*.wf.ts'", "check 'src/**/*.wf.ts' --watch"],
  async run(values, patterns) {
    if (values.watch) {
      const { watchSources } = await import('../watch-sources.ts');
      return await watchSources(patterns, values.json === true);
    }
    const { compileAll, findSources, hasErrors, reportCheck, summaryOf } = await import('../compile.ts');
    const compiled = compileAll(await findSources(patterns));
    if (values.json) printJson(summaryOf(compiled));
    else reportCheck(compiled);
    return hasErrors(compiled) ? 1 : 0;
  },
};
