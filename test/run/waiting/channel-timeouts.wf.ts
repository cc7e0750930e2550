// send: answers "here"
import { channel } from 'perdure';

const answers = channel<string>('answers'), silent = channel<string>('silent');
export async function main() {
  console.log(await answers.receive({ timeout: '1 minute' }));
  console.log(await silent.receive({ timeout: 10 }), await answers.receive({ timeout: '15ms' }));
  const log: string[] = [];
  for (let i = 0; i < 3; i++) { const got = await silent.receive({ timeout: i * 5 }); log.push(String(got)); if (i === 1) break; }
  console.log(log.join(), answers.name);
}

// expect: here
// expect: undefined undefined
// expect: undefined,undefined answers
// expect: returned undefined
