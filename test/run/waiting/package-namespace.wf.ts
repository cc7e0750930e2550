// send: inbox {"from":"namespace"}
import * as perdure from 'perdure';

export const inbox = perdure.channel<{ from: string }>('inbox');
export async function main() {
  await perdure.sleep(1);
  const nap = perdure.sleep;
  await nap('1 ms');
  console.log((await inbox.receive()).from, inbox.name, await perdure.sleep(2));
}

// expect: namespace inbox undefined
// expect: returned undefined
