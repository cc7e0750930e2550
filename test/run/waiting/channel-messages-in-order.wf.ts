// send: jobs {"id":1}
// send: jobs {"id":2,"tags":["x"]}
// send: other "o1"
// send: jobs {"id":3}
// send: other null
import { channel } from 'perdure';
export declare function tick<T>(value?: T): Promise<T>;

const jobs = channel<{ id: number; tags?: string[] }>('jobs');
export const other = channel<string | null>('other');
export async function main() {
  const first = await jobs.receive();
  first.id *= 10;
  await tick();
  const second = await jobs.receive();
  second.tags!.push('y');
  await tick();
  console.log(first.id, JSON.stringify(second), (await jobs.receive()).id, await other.receive(), await other.receive());
}

// expect: 10 {"id":2,"tags":["x","y"]} 3 o1 null
// expect: returned undefined
