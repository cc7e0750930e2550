// events: mitt@3.0.1
import mitt from 'mitt';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const e = mitt();
  const s: any[] = [];
  e.on('a', (x) => {
    s.push(x);
  });
  await tick(1);
  e.emit('a', 1);
  await tick(2);
  e.off('a');
  e.emit('a', 2);
  console.log(s);
  return 1;
}
