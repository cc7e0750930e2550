import { describe, early } from './a.wf.ts';
export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  await tick();
  console.log(early, describe());
}

// expect: ReferenceError A,BReferenceError,A
// expect: returned undefined
