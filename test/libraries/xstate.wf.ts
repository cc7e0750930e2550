// state machines: xstate@5.33.3
import { createMachine, createActor } from 'xstate';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const m = createMachine({
    id: 't',
    initial: 'a',
    states: { a: { on: { GO: 'b' } }, b: { type: 'final' } },
  });
  const actor = createActor(m).start();
  await tick(1);
  actor.send({ type: 'GO' });
  await tick(2);
  return actor.getSnapshot().value;
}
