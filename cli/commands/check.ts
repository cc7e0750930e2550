/**
 * `perdure check 'src/**\/*.wf.ts'`: everything that building would say, without writing.
 */
import { JSON_HELP, JSON_OPTION, PATTERNS, type Command } from '../command.ts';
import { count, green, print, printJson } from '../terminal.ts';

export const check: Command = {
  name: 'check',
  summary: 'Check workflow modules without writing anything',
  args: [PATTERNS],
  options: JSON_OPTION,
  help: JSON_HELP,
  examples: ["check 'src/**/*.wf.ts'"],
  async run(values, patterns) {
    const { compileAll, findSources, hasErrors, report } = await import('../compile.ts');
    const compiled = compileAll(await findSources(patterns));
    const ok = !hasErrors(compiled);
    const modules = [...compiled.modules.values()].map((module) => module.id);
    if (values.json) printJson({ ok, modules, diagnostics: compiled.diagnostics });
    else {
      report(compiled);
      if (ok) print(`${green('fine')} ${count(modules.length, 'module')}`);
    }
    return ok ? 0 : 1;
  },
};
