export declare function tick<T>(value?: T): Promise<T>;

// `A` may be seen before its declaration has run; `B` only extends it.
function early() {
  return new A();
}
let first = '';
try {
  early();
} catch (e) {
  first = (e as Error).message;
}
class A {
  a = 1;
}
export class B extends A {
  b = 2;
}
export async function main() {
  const a = early();
  await tick();
  console.log(first, a.a, early() instanceof A);
}

// expect: Cannot access 'A' before initialization 1 true
// expect: returned undefined
