// one-off: splits a file of `//// area/name` sections into test/run
import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
const text = readFileSync(process.argv[2], 'utf8');
for (const part of text.split(/^\/\/\/\/ /m).slice(1)) {
  const nl = part.indexOf('\n');
  const name = part.slice(0, nl).trim();
  let body = part.slice(nl + 1).trim() + '\n';
  const uses = ['tick', 'fail'].filter((e) => new RegExp(`\\b${e}\\b`).test(body) && !new RegExp(`declare function ${e}\\b`).test(body));
  const decl = { tick: 'export declare function tick<T>(value?: T): Promise<T>;', fail: 'export declare function fail(message: string): Promise<never>;' };
  if (uses.length) body = uses.map((u) => decl[u]).join('\n') + '\n\n' + body;
  const file = `test/run/${name}.wf.ts`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, body);
}
