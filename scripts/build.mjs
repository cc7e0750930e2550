// Builds dist/: what the package ships. TypeScript emits the JavaScript and the declarations; migrations are copied.
// It is built beside and moved into place: a build that fails, or one that runs beside a test, leaves dist/ whole.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const beside = mkdtempSync('.dist-');
const built = `${beside}/new`;
try {
  const tsc = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', built];
  process.exitCode = spawnSync(process.execPath, tsc, { stdio: 'inherit' }).status ?? 1;
  if (process.exitCode === 0) {
    cpSync('runtime/store/migrations', `${built}/runtime/store/migrations`, { recursive: true });
    chmodSync(`${built}/cli/main.js`, 0o755);
    rename('dist', `${beside}/old`);
    renameSync(built, 'dist');
  }
} finally {
  rmSync(beside, { recursive: true, force: true });
}

function rename(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
