// state machines: robot3@1.4.0
import { createMachine, state, transition, interpret, reduce } from 'robot3';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const machine = createMachine(
    {
      inactive: state(
        transition(
          'toggle',
          'active',
          reduce((ctx: any) => ({ ...ctx, n: ctx.n + 1 })),
        ),
      ),
      active: state(transition('toggle', 'inactive')),
    } as any,
    () => ({ n: 0 }),
  ) as any;
  await tick(1);
  const log: string[] = [];
  const service = interpret(machine, (s: any) => {
    log.push(s.machine.current);
  }) as any;
  await tick(2);
  service.send('toggle');
  await tick(3);
  service.send('toggle');
  service.send('toggle');
  console.log(log, service.context.n);
  return service.machine.current;
}
