import { channel, scope, sleep, withTimeout } from 'perdure';

const items = channel<string>('items');
const wrong: any[] = [{ timeOut: 5 }, 5, { timeout: 'soon' }, { timeout: 1, wait: 'soon' }];

export async function main() {
  const calls = [(o: any) => items.receive(o), (o: any) => scope(async () => 'ran', o), (o: any) => withTimeout(50, async () => 'ran', o)];
  for (const options of wrong) {
    for (const call of calls) {
      try {
        await call(options);
      } catch (error: any) {
        // It is kept across a wait, as any error is.
        await sleep(1);
        console.log(error.name, error.code, error.message);
      }
    }
  }
  console.log(await items.receive({ timeout: 1 }), await items.receive({ timeout: undefined as any, ...{ timeout: 1 } }), await scope(async () => 'ran', {}));
}

// expect: TypeError options Wrong options of `receive`: timeOut is no option; there are timeout
// expect: TypeError options Wrong options of `scope`: timeOut is no option; there are timeout, wait
// expect: TypeError options Wrong options of `withTimeout`: timeOut is no option; there are wait
// expect: TypeError options Wrong options of `receive`: what is given must be an object of options: timeout
// expect: TypeError options Wrong options of `scope`: what is given must be an object of options: timeout, wait
// expect: TypeError options Wrong options of `withTimeout`: what is given must be an object of options: wait
// expect: RangeError options Wrong options of `receive`: timeout: 'soon' is not a duration; write for example '90s', '2 days' or '1 hour 30 minutes'
// expect: RangeError options Wrong options of `scope`: timeout: 'soon' is not a duration; write for example '90s', '2 days' or '1 hour 30 minutes'
// expect: TypeError options Wrong options of `withTimeout`: timeout is no option; there are wait
// expect: TypeError options Wrong options of `receive`: wait is no option; there are timeout
// expect: RangeError options Wrong options of `scope`: wait: 'soon' is not a duration; write for example '90s', '2 days' or '1 hour 30 minutes'
// expect: TypeError options Wrong options of `withTimeout`: timeout is no option; there are wait
// expect: undefined undefined ran
// expect: returned undefined
