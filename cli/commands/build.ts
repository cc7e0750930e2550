/**
 * `perdure build 'src/**\/*.wf.ts' --out dist`: compiled modules, source maps, manifests. All or nothing.
 */
import { relative, resolve } from 'node:path';
import { CliError, JSON_HELP, JSON_OPTION, PATTERNS, type Command } from '../command.ts';
import { count, dim, green, print, printJson, printTable } from '../terminal.ts';

export const build: Command = {
  name: 'build',
  summary: 'Compile workflow modules',
  args: [PATTERNS],
  options: {
    out: { type: 'string', short: 'o' },
    root: { type: 'string' },
    embed: { type: 'boolean' },
    ...JSON_OPTION,
  },
  help: {
    out: ['DIR', 'The folder to write to (required)'],
    root: ['DIR', 'The folder whose structure is kept below it. Default: what the patterns begin with'],
    embed: 'Keep code and source map as text, so that bundlers cannot change them',
    ...JSON_HELP,
  },
  examples: ["build 'src/**/*.wf.ts' --out dist"],
  async run(values, patterns) {
    const out = values.out as string | undefined;
    if (!out) throw new CliError('Where to? Give --out DIR.');
    const { compileAll, findSources, hasErrors, report } = await import('../compile.ts');
    const { commonStart, outputsOf, writeAll } = await import('../outputs.ts');
    const files = await findSources(patterns);
    const compiled = compileAll(files);
    const { diagnostics, modules } = compiled;
    const ok = !hasErrors(compiled);
    if (!values.json) report(compiled);
    const root = resolve((values.root as string | undefined) ?? commonStart(patterns));
    const built = ok
      ? [...modules.values()].map((module) => ({ module, outputs: outputsOf(module, modules, root, resolve(out), values.embed === true) }))
      : [];
    writeAll(built.flatMap(({ outputs }) => outputs));
    const written = built.map(({ module, outputs }) => ({
      id: module.id,
      hash: module.hash,
      files: outputs.map(({ path }) => relative(process.cwd(), path)),
    }));
    if (values.json) printJson({ ok, modules: written, diagnostics });
    else if (ok) {
      printTable(written.map(({ id, files: [file] }) => [id, dim('→'), file!]), '  ');
      print(`${green('compiled')} ${count(written.length, 'module')} into ${out}`);
    }
    return ok ? 0 : 1;
  },
};
