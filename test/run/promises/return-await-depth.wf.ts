export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const plain = async (n: string) => n;
  const viaReturn = async (n: string) => plain(n);
  const viaAwait = async (n: string) => await plain(n);
  const viaPromise = (n: string) => new Promise<string>((ok) => ok(plain(n)));
  const viaTry = async (n: string) => { try { return plain(n); } finally { log.push('f' + n); } };
  const run = () => { for (const [f, n] of [[viaReturn, 'r'], [viaAwait, 'w'], [viaPromise, 'p'], [viaTry, 't'], [plain, 'x']] as const) f(n).then((v) => log.push(v)); let p: Promise<any> = Promise.resolve(); for (let i = 0; i < 6; i++) p = p.then(() => log.push(String(i))); };
  run();
  await tick();
  run();
  await tick();
  console.log(log.join(''));
}

// expect: ftx0w1rpt2345ftx0w1rpt2345
// expect: returned undefined
