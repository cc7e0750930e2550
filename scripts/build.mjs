// Builds dist/: what the package ships. TypeScript emits the JavaScript and the declarations; migrations are copied.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, rmSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
mkdirSync('dist/runtime/store/migrations', { recursive: true });
cpSync('runtime/store/migrations', 'dist/runtime/store/migrations', { recursive: true });
chmodSync('dist/cli/main.js', 0o755);
