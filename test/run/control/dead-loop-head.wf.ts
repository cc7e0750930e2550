// What a loop goes over is evaluated where the loop's variables are never set.
export declare function tick<T>(value: T): Promise<T>;

const attempt = (body: () => unknown): string => {
  try {
    return String(body());
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
};

export async function main() {
  let x = 'outside';
  let inHead: any, set: any, inBody: any[] = [], inPattern: any;
  for (let x of ((inHead = () => x), (set = () => { x = 'set'; }), ['a', 'b'])) inBody.push(() => x);
  console.log(attempt(inHead), attempt(set), inBody.map((f) => f()).join(), x);
  for (const [x, f = (inPattern = () => x)] of [[await tick('c'), (inHead = () => typeof x)]] as any) {
    await tick(1);
    console.log(attempt(inHead), x, f === inPattern);
  }
  for (const [x, f = (inPattern = () => x)] of [[await tick('d'), undefined]] as any) await tick(inBody.push(() => x + f()));
  for (let x in { k: (inHead = () => x) }) inBody.push(() => x);
  console.log(attempt(inHead), inPattern(), inBody.slice(2).map((f) => f()).join());
  console.log(attempt(() => { for (const x of [x]) return x; }), attempt(() => { for (const x of [(x as any) = 1]) return x; }));
}

// expect: ReferenceError: Cannot access 'x' before initialization ReferenceError: Cannot access 'x' before initialization a,b outside
// expect: ReferenceError: Cannot access 'x' before initialization c false
// expect: ReferenceError: Cannot access 'x' before initialization d dd,k
// expect: ReferenceError: Cannot access 'x' before initialization ReferenceError: Cannot access 'x' before initialization
// expect: returned undefined
