import D, { done, seen, tick, bump, A } from './a.wf.ts';
import { B, reenter } from './b.wf.ts';
export async function main() {
  console.log(done()); console.log(seen);
  const b = new B(); const d = new D(); const a = new A();
  await tick();
  console.log(b.later(), d.b, d instanceof B, d.constructor === D, a instanceof A);
  bump(); await tick();
  console.log(b.later(), (reenter() as any).variable, D.name);
}

// expect: constant:Cannot access 'constant' before initialization | variable:Cannot access 'variable' before initialization | A:Cannot access 'A' before initialization | arrow:Cannot access 'arrow' before initialization | hoisted=hoisted | as.constant:Cannot access 'constant' before initialization | typeof:Cannot access 'constant' before initialization | keys:Cannot access 'A' before initialization | dflt:Cannot access 'Dflt' before initialization | in=true | has=true | pick:Cannot access 'variable' before initialization
// expect: b,function,b
// expect: const,2,A,arrow2,3,2,z B true true true
// expect: const,3,A,arrow3,3,3,z 3 default
// expect: returned undefined
