export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const kept = { nz: -0, nan: NaN, inf: Infinity, max: Number.MAX_VALUE, min: 5e-324, safe: 2 ** 53, frac: 0.1 + 0.2 };
  const big = { a: 2n ** 64n, b: -1n, c: 0n };
  await tick();
  console.log(Object.is(kept.nz, -0), 1 / kept.nz, kept.nan !== kept.nan, kept.inf, kept.max, kept.min, kept.safe, kept.frac);
  big.a += 1n; big.b **= 3n; big.c -= 2n;
  await tick();
  console.log(String(big.a), String(big.b), big.c < 0, big.a > kept.safe, BigInt.asUintN(8, big.b).toString(), typeof (big.a / 3n));
  let z = -0;
  z *= await tick(1);
  console.log(Object.is(z, -0), Object.is(await tick(-0), -0), [-0].includes(0), Math.sign(z) === 0);
  try { void ((big.a as any) + (await tick(1))); } catch (e) { console.log((e as Error).name); }
}

// expect: true -Infinity true Infinity 1.7976931348623157e+308 5e-324 9007199254740992 0.30000000000000004
// expect: 18446744073709551617 -1 true true 255 bigint
// expect: true true true true
// expect: TypeError
// expect: returned undefined
