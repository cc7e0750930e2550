/**
 * What a diagnostic tells people to paste is code that works: the declarations compile, and app and workflow
 * type-check together.
 */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { declarationOf, HOST_EFFECTS, MODULE_EFFECTS, namespaceOf, suggest } from '../compiler/host-effects.ts';
import { printDiagnostic, type Diagnostic } from '../compiler/index.ts';
import { compileProgram } from '../compiler/index.ts';
import { AppFolder } from './support/app-folder.ts';
import { hostFor } from './support/harness.ts';

vi.setConfig({ testTimeout: 240_000 });

const EFFECTS = [...new Set([...Object.values(HOST_EFFECTS), ...Object.values(MODULE_EFFECTS)])];
const WORKFLOW = `${EFFECTS.map(declarationOf).join('\n')}
export async function main() {
  return await fetchJson('http://localhost');
}
`;

const APP = `import { open } from 'perdure/engine';
import * as order from './order.wf.ts';

const engine = await open({ store: '.perdure' });
${EFFECTS.map((effect) => suggest(effect, 'src/order.wf.ts').app).join('\n')}
`;

const TSCONFIG = JSON.stringify({
  compilerOptions: {
    module: 'nodenext', target: 'es2023', lib: ['es2023'], types: ['node'], strict: true, noEmit: true,
    allowImportingTsExtensions: true, skipLibCheck: true,
  },
  include: ['*.ts'],
});

let app: AppFolder;
beforeAll(() => {
  app = new AppFolder({ 'order.wf.ts': WORKFLOW, 'app.ts': APP, 'tsconfig.json': TSCONFIG });
});
afterAll(() => app.remove());

const diagnosticsOf = (source: string): Diagnostic[] => compileProgram('/p/order.wf.ts', hostFor('/p', { 'order.wf.ts': source })).diagnostics;

test('every effect that is suggested compiles and type-checks with its implementation', async () => {
  expect(diagnosticsOf(WORKFLOW)).toEqual([]);
  expect(await app.tsc('-p', 'tsconfig.json')).toEqual({ code: 0, stdout: '', stderr: '' });
});

test.each([
  ['fetch(url)', 'fetchJson'],
  ['process.env.HOME', 'setting'],
  ["crypto.subtle.digest('SHA-256', url)", 'sha256'],
  ['new URL(url)', 'parseUrl'],
])('%s suggests %s', (expression, name) => {
  const [diagnostic, ...others] = diagnosticsOf(`export async function main(url: any) {\n  return ${expression};\n}\n`);
  expect(others).toEqual([]);
  expect(diagnostic).toMatchObject({ code: 'host_global', line: 2, column: expression.startsWith('new') ? 14 : 10 });
  expect(diagnostic!.suggestion!.module).toMatch(new RegExp(`^export declare function ${name}\\(.*\\): Promise<.*>;$`));
  expect(diagnostic!.suggestion!.app).toMatch(new RegExp(`^engine\\.provide\\(order, \\{ ${name}: .* \\}\\);$`));
});

test('what has no effect to suggest has advice only', () => {
  const [diagnostic] = diagnosticsOf('export async function main() {\n  setTimeout(main, 1);\n}\n');
  expect(diagnostic).toMatchObject({ code: 'host_global', suggestion: null });
  expect(diagnostic!.help).toContain("await sleep('5 minutes')");
});

test.each([
  ['src/order.wf.ts', 'order'],
  ['order-import.wf.ts', 'orderImport'],
  ['2nd.wf.ts', 'workflows2nd'],
])('the app is taken to import %s as %s', (file, name) => expect(namespaceOf(file)).toBe(name));

test('printed, sentences are broken between words and code never is', () => {
  const source = 'export async function main() {\n  return process;\n}\n';
  const [diagnostic] = diagnosticsOf(source);
  const lines = printDiagnostic(diagnostic!, source, { width: 50 }).split('\n');
  const help = lines.findIndex((line) => line.startsWith('  help: '));
  expect(lines.slice(help)).toEqual([
    '  help: Pass configuration as an argument of the',
    '        workflow, or read it in an effect:',
    '',
    '        // in order.wf.ts',
    `        ${diagnostic!.suggestion!.module}`,
    '',
    '        // in the app',
    `        ${diagnostic!.suggestion!.app}`,
  ]);
});
