// Compiles runtime, compiler and benchmarks to plain JavaScript and runs the benchmarks: npm run bench -- --quick.
// Not through tsx: what esbuild adds to functions (their names) would be measured with them.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const out = '.dist-bench';
rmSync(out, { recursive: true, force: true });
const files = ['-p', 'tsconfig.bench.json', '--outDir', out];
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', ...files], { stdio: 'inherit' });
cpSync('runtime/store/migrations', `${out}/runtime/store/migrations`, { recursive: true });
const { status } = spawnSync(process.execPath, ['--expose-gc', `${out}/bench/index.js`, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 1;
