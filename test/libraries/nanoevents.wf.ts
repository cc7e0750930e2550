// events: nanoevents@9.1.0
import { createNanoEvents } from 'nanoevents';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const em = createNanoEvents();
  const seen: number[] = [];
  const off = em.on('a', (x: number) => {
    seen.push(x);
  });
  await tick(1);
  em.emit('a', 1);
  await tick(2);
  em.emit('a', 2);
  off();
  await tick(3);
  em.emit('a', 3);
  return seen;
}
