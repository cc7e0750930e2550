export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  enum Step { First, Second = 5, Third }
  const seen: (() => string)[] = [];
  for (const s of [Step.First, Step.Third]) { await tick(); seen.push(() => Step[s]!); }
  if (await tick(true)) {
    const offset = await tick(10);
    enum Inner { A = offset, B = A + Step.Second, C = Inner.B * 2 }
    await tick();
    seen.push(() => `${Inner.A}${Inner.B}${Inner[Inner.C]}`, () => String(Inner.C));
  }
  const sync = () => { enum S { X = 'x', Y = 'y' } return Object.values(S).join(''); };
  const captured = () => Step;
  await tick();
  console.log(seen.map((f) => f()).join(), sync(), captured() === Step, Object.keys(Step).length);
}

// expect: First,Third,1015C,30 xy true 6
// expect: returned undefined
