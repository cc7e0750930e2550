// Buffers: resizable ones and views that follow them, detached ones, copies, what crosses to effects.
export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const big = new Uint8Array(5000);
  const other = new Float64Array(big.buffer, 8, 10);
  await tick();
  big[4999] = 1;
  big[0] = 2;
  big.set([7, 8, 9], 1000);
  await tick();
  other[1] = 1 / 3;
  await tick();
  let sum = 0;
  for (let i = 0; i < big.length; i++) sum += big[i]!;
  console.log(sum, other[1], big.buffer.byteLength);
  for (let i = 0; i < big.length; i++) big[i] = i;
  await tick();
  for (let i = 0; i < 60; i++) {
    big[i * 80] = i;
    if (i % 20 === 0) await tick();
  }
  await tick();
  console.log(big.reduce((x, y) => x + y, 0));

  const resizable: any = new (ArrayBuffer as any)(8, { maxByteLength: 32 });
  const follows = new Uint8Array(resizable);
  const part = new Uint8Array(resizable, 2, 4);
  const rest = new Uint16Array(resizable, 4);
  const data = new DataView(resizable);
  part[0] = 1;
  await tick();
  resizable.resize(16);
  follows[15] = 3;
  await tick();
  console.log(follows.length, part.length, rest.length, data.byteLength, follows.join(), resizable.resizable, resizable.maxByteLength);
  resizable.resize(5);
  await tick();
  console.log(follows.length, part.length, part.byteOffset, rest.length, follows.join());
  resizable.resize(32);
  await tick();
  part[1] = 9;
  rest[13] = 0xffff;
  await tick();
  console.log(follows.length, part.length, part.byteOffset, rest.length, data.byteLength, follows.join());

  // Detached: its views are empty, and none can be made.
  const gone = new ArrayBuffer(4);
  const view = new Uint8Array(gone);
  const kept = structuredClone(gone, { transfer: [gone] });
  await tick();
  view[0] = 1;
  console.log(gone.byteLength, view.length, view[0], view.byteOffset, kept.byteLength);
  await tick();
  for (const make of [() => new Uint8Array(gone), () => new DataView(gone), () => view.fill(1)]) {
    try {
      make();
    } catch (error) {
      console.log((error as Error).name);
    }
  }
  const before = new Uint8Array([1, 2, 3]);
  await tick();
  const after = structuredClone(before, { transfer: [before.buffer] });
  await tick();
  console.log(before.length, after.join(), gone instanceof ArrayBuffer, gone === view.buffer);

  // What crosses is a copy.
  const sent = new Uint8Array([1, 2, 3]);
  const pair = { a: sent, b: new Uint8Array(sent.buffer, 1), none: new ArrayBuffer(0) };
  const back = await tick(pair);
  back.a[1] = 50;
  console.log(sent.join(), back.a.join(), back.b.join(), back.a.buffer === back.b.buffer, back.none.byteLength);
  class Bytes extends ArrayBuffer {
    label = 'bytes';
    first() {
      return new Uint8Array(this)[0];
    }
  }
  const own = new Bytes(3);
  new Uint8Array(own)[0] = 42;
  (own as any).self = own;
  await tick();
  console.log(own.first(), own.label, (own as any).self === own, own.slice(0, 1) instanceof Bytes);
  new Uint8Array(own)[0] = 43;
  await tick();
  console.log(own.first(), Object.isFrozen(Object.freeze(own)));
  await tick();
  new Uint8Array(own)[0] = 44;
  await tick();
  console.log(own.first());
  return new Uint8Array(3).fill(5).toString();
}

// expect: 813 0.3333333333333333 5000
// expect: 623910
// expect: 16 4 6 16 0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,3 true 32
// expect: 5 0 0 0 0,0,1,0,0
// expect: 32 4 2 14 32 0,0,1,9,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,255,255
// expect: 0 0 undefined 0 4
// expect: TypeError
// expect: TypeError
// expect: TypeError
// expect: 0 1,2,3 true true
// expect: 1,2,3 1,50,3 50,3 true 0
// expect: 42 bytes true true
// expect: 43 true
// expect: 44
// expect: returned "5,5,5"
