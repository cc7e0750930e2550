export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  let n = 0b1010;
  n |= await tick(1);
  n ^= await tick(0xff);
  n >>>= await tick(1);
  const mask = ~n & (await tick(0x0f));
  const signed = (-1 >>> (await tick(28))) + (-16 >> (await tick(2))) + ((1 << 31) | (await tick(0)));
  console.log(n, mask, signed, 2 ** -1, (-2) ** (await tick(3)), 7 % -(await tick(4)), -7 % 4);
  let b = 6n;
  b &= 3n; b <<= BigInt(await tick(70)); b |= 1n;
  console.log(b.toString(16), 1_000_000, 0o17, '5' * ('2' as any), '5' + 2, [] + ({} as any), +[] as any, +'0x1f');
}

// expect: 122 5 -2147483637 0.5 -8 3 -3
// expect: 800000000000000001 1000000 15 10 52 [object Object] 0 31
// expect: returned undefined
