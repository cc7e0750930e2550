// not in store: its lines tell the order of effects that are under way at once
import { x } from './bad.wf.ts';
import { y } from './other.wf.ts';
export async function main() { console.log('never', x, y); }

// expect: bad begins
// expect: other begins
// expect: threw Error: boom
