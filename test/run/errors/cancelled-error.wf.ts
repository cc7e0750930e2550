import { CancelledError } from 'perdure';

export declare function tick<T>(value?: T): Promise<T>;

class Withdrawn extends CancelledError {
  by = 'nobody';
}

export async function main() {
  const plain = new CancelledError('stop', 'late', [{ name: 'charge', args: [1], outcome: 'unknown' }]);
  const mine = new Withdrawn('gone');
  await tick();
  for (const error of [plain, mine, new CancelledError()]) {
    try {
      throw error;
    } catch (caught: any) {
      console.log(caught.name, caught.code, caught.message, caught.reason, JSON.stringify(caught.effects), caught.by);
      console.log(caught instanceof CancelledError, caught instanceof Withdrawn, caught instanceof Error, Object.keys(caught).join());
    }
    await tick();
  }
  console.log(Object.getPrototypeOf(mine) === Withdrawn.prototype, plain.constructor === CancelledError, String(plain));
}

// expect: CancelledError cancelled stop late [{"name":"charge","args":[1],"outcome":"unknown"}] undefined
// expect: true false true reason,effects
// expect: CancelledError cancelled gone undefined [] nobody
// expect: true true true reason,effects,by
// expect: CancelledError cancelled The run was cancelled undefined [] undefined
// expect: true false true reason,effects
// expect: true true CancelledError: stop
// expect: returned undefined
