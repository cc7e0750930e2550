export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const reg = Symbol.for('perdure.test');
  const o: any = { [reg]: 1, [Symbol.toStringTag]: 'Tagged' };
  await tick();
  o[reg]++;
  await tick();
  console.log(o[Symbol.for('perdure.test')], String(o), Symbol.keyFor(reg), reg === Symbol.for('perdure.test'));
}

// expect: 2 [object Tagged] perdure.test true
// expect: returned undefined
