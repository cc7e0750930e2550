import { left } from './left.wf.ts';
import { right } from './right.wf.ts';
import { log } from './log.wf.ts';
export declare function tick<T>(value?: T): Promise<T>;

log.push('main');
export async function main() {
  left(); right();
  await tick();
  left();
  console.log(log.join());
}

// expect: log loaded,left loaded,right loaded,left1,main,left2,left3,right,left4
// expect: returned undefined
