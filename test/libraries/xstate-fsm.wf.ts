// state machines: @xstate/fsm@2.1.0
import { createMachine, interpret, assign } from '@xstate/fsm';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const m = createMachine({
    id: 't',
    initial: 'a',
    context: { n: 0 },
    states: {
      a: { on: { GO: { target: 'b', actions: assign({ n: (c: any) => c.n + 1 }) } } },
      b: { on: { GO: 'a' } },
    },
  } as any);
  const s = interpret(m).start();
  const seen: string[] = [];
  s.subscribe((st) => {
    seen.push(String(st.value));
  });
  await tick(1);
  s.send('GO');
  await tick(2);
  s.send('GO');
  await tick(3);
  s.send('GO');
  console.log(seen, (s.state as any).context.n);
  return s.state.value;
}
