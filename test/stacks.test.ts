/**
 * Stack traces of errors that V8 throws, from wherever code can stand: positions and names are those of the source,
 * also when the whole state has been stored and restored at every wait.
 */
import { describe, expect, test } from 'vitest';
import { compileFile, laterVersion, runCompiled } from './support/harness.ts';

const SOURCE = String.raw`export declare function tick<T>(value?: T): Promise<T>;
let nothing: any;
const at = (e: any) => String(e.stack).split('\n').slice(1, 4).map((l: string) => l.trim()).join(' < ');
const where = (f: () => unknown) => { try { f(); return 'nothing'; } catch (e) { return at(e); } };

class Field {
  a = 1;
  b = nothing.x;
}
class Getter {
  get total() {
    return nothing.total;
  }
  set total(v: number) {
    nothing.total = v;
  }
  static made = 0;
  #secret() {
    return nothing.secret;
  }
  tell() { return this.#secret(); }
  async slow() {
    await tick();
    return nothing.slow;
  }
}
function statics() {
  return class {
    static x = 1;
    static {
      nothing.block();
    }
  };
}
function* pages() {
  yield 1;
  yield nothing.page;
}
const o = {
  get a() { return nothing.a; },
  m: () => nothing.m,
  async n() { return nothing.n; },
};
async function deep(n: number): Promise<unknown> {
  if (n === 0) {
    await tick();
    return nothing.deep;
  }
  return await deep(n - 1);
}

export async function main() {
  console.log('field', where(() => new Field()));
  console.log('getter', where(() => new Getter().total));
  console.log('setter', where(() => { new Getter().total = 1; }));
  console.log('private', where(() => new Getter().tell()));
  console.log('static', where(() => statics()));
  console.log('callback', where(() => [1].map((x) => nothing.y + x)));
  console.log('sort', where(() => [1, 2].sort((a, b) => nothing.z)));
  console.log('replace', where(() => 'a'.replace(/a/, () => nothing.r)));
  console.log('generator', where(() => [...pages()]));
  console.log('object', where(() => o.a), where(() => o.m()));
  console.log('call', where(() => nothing()));
  console.log('new', where(() => new nothing()));
  console.log('iterate', where(() => { for (const x of nothing) console.log(x); }));
  console.log('json', where(() => JSON.stringify({ toJSON() { return nothing.j; } })));
  await tick();
  try { await deep(2); } catch (e) { console.log('deep', at(e)); }
  try { await new Getter().slow(); } catch (e) { console.log('slow', at(e)); }
  try { await o.n(); } catch (e) { console.log('method', at(e)); }
  try { await Promise.all([1].map(async (x) => { await tick(); return nothing.all + x; })); } catch (e) { console.log('all', at(e)); }
  try { for (const p of pages()) await tick(p); } catch (e) { console.log('loop', at(e)); }
  try { await tick(1).then(() => nothing.then); } catch (e) { console.log('then', at(e)); }
}
`;

const EXPECTED = [
  'field at Field.<instance_members_initializer> (main.wf.ts:8:15) < at new Field (main.wf.ts:6:1) < at main.wf.ts:53:36',
  'getter at Getter.get total (main.wf.ts:12:20) < at main.wf.ts:54:50 < at where (main.wf.ts:4:45)',
  'setter at Getter.set total (main.wf.ts:15:18) < at main.wf.ts:55:57 < at where (main.wf.ts:4:45)',
  'private at Getter.#secret (main.wf.ts:19:20) < at Getter.tell (main.wf.ts:21:31) < at main.wf.ts:56:51',
  'static at Function.<static_initializer> (main.wf.ts:31:15) < at statics (main.wf.ts:28:10) < at main.wf.ts:57:37',
  'callback at main.wf.ts:58:62 < at main.wf.ts:58:43 < at where (main.wf.ts:4:45)',
  'sort at main.wf.ts:59:65 < at main.wf.ts:59:42 < at where (main.wf.ts:4:45)',
  'replace at main.wf.ts:60:69 < at main.wf.ts:60:42 < at where (main.wf.ts:4:45)',
  'generator at pages (main.wf.ts:37:17) < at main.wf.ts:61:44 < at where (main.wf.ts:4:45)',
  'object at get a (main.wf.ts:40:28) < at main.wf.ts:62:39 < at where (main.wf.ts:4:45) at m (main.wf.ts:41:20) < at main.wf.ts:62:57 < at where (main.wf.ts:4:45)',
  'call at main.wf.ts:63:35 < at where (main.wf.ts:4:45) < at main (main.wf.ts:63:23)',
  'new at main.wf.ts:64:34 < at where (main.wf.ts:4:45) < at main (main.wf.ts:64:22)',
  'iterate at main.wf.ts:65:56 < at where (main.wf.ts:4:45) < at main (main.wf.ts:65:26)',
  'json at toJSON (main.wf.ts:66:78) < at main.wf.ts:66:40 < at where (main.wf.ts:4:45)',
  'deep at deep (main.wf.ts:47:20) < at async deep (main.wf.ts:49:10) < at async main (main.wf.ts:68:9)',
  'slow at Getter.slow (main.wf.ts:24:20) < at async main (main.wf.ts:69:9)',
  'method at n (main.wf.ts:42:30) < at async main (main.wf.ts:70:9)',
  'all at main/map (main.wf.ts:71:79) < at async main (main.wf.ts:71:9)',
  'loop at pages (main.wf.ts:37:17) < at main (main.wf.ts:72:32)',
  'then at main.wf.ts:73:42 < at async main (main.wf.ts:73:9)',
];

describe.each(['plain', 'every'] as const)('%s', (mode) => {
  const lines = runCompiled(compileFile('/p/main.wf.ts', { 'main.wf.ts': SOURCE }), { mode });
  test.each(EXPECTED)('%s', (expected) => {
    const [what] = expected.split(' ', 1);
    expect(lines.find((line) => line.startsWith(`${what} `))).toBe(expected);
  });
});

test('two versions of a module in one process have their own places', () => {
  const source = "export async function main() {\n  console.log(String(new Error('here').stack).split('\\n')[1]);\n}\n";
  const [first, later, moved] = [source, laterVersion(source), `\n\n\n${source}`].map((text) => compileFile('/versions/main.wf.ts', { 'main.wf.ts': text }, '/versions'));
  for (const [version, line] of [[first, 2], [later, 3], [moved, 5], [first, 2]] as const) {
    expect(runCompiled(version!, { mode: 'plain' })[0]).toContain(`main.wf.ts:${line}:`);
  }
});
