// Typed arrays of every kind, kept across waits and changed through elements, methods and other views.
export declare function tick<T>(value?: T): Promise<T>;

const kinds = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array] as const;
const table = new Uint16Array(4);

export async function main() {
  const all = kinds.map((Kind, i) => Kind.of(i, -1, 300, 1.5));
  const bigs = [new BigInt64Array([1n, -1n]), new BigUint64Array([1n, -1n])];
  await tick();
  console.log(all.map((a) => `${a.constructor.name} ${a.join()}`).join('; '), bigs.map((b) => b.join()).join('; '));
  for (const a of all) a[1] = 77;
  bigs[0]![0] = -5n;
  table[2] = 9;
  await tick();
  console.log(all.map((a) => a[1]).join(), bigs[0]![0], table.join(), all[0] instanceof Int8Array, ArrayBuffer.isView(all[1]));

  // Views of one buffer.
  const buffer = new ArrayBuffer(16);
  const bytes = new Uint8Array(buffer);
  const words = new Uint32Array(buffer, 4, 2);
  const view = new DataView(buffer, 8);
  await tick();
  bytes[4] = 1;
  view.setUint16(0, 0x0203);
  console.log(words.join(), bytes.buffer === buffer, words.buffer === view.buffer);
  await tick();
  // A young view of a promoted buffer, made in every way.
  new Uint8Array(buffer)[0] = 10;
  await tick();
  bytes.subarray(1, 3)[0] = 11;
  await tick();
  (Reflect.construct(Uint8Array, [buffer, 2]) as Uint8Array)[0] = 12;
  await tick();
  new DataView(buffer).setInt8(3, 13);
  await tick();
  new (class extends Uint8Array {})(buffer).fill(14, 15);
  await tick();
  const make = (Type: any) => new Type(buffer);
  make(Uint8Array).set([15, 16], 6);
  await tick();
  const [first] = [words].map((w) => new Uint16Array(w.buffer));
  first![5] = 0x1111;
  await tick();
  console.log(bytes.join());

  // Methods, as calls and as values.
  bytes.sort();
  await tick();
  console.log(bytes.join());
  bytes.reverse().copyWithin(0, 4, 8);
  await tick();
  console.log(bytes.join());
  Uint8Array.prototype.fill.call(bytes, 1, 0, 2);
  await tick();
  Reflect.apply(Uint8Array.prototype.set, bytes, [[2, 3], 2]);
  await tick();
  [4, 5].forEach(function (this: Uint8Array, x, i) {
    this[i + 4] = x;
  }, bytes);
  await tick();
  const set = view.setFloat32.bind(view);
  set(0, 1.5);
  await tick();
  [bytes[14], bytes[15]] = [200, 201];
  bytes[13]!++;
  bytes[12] += 3;
  await tick();
  Object.assign(bytes, { 0: 99, named: 'x' });
  Reflect.set(bytes, 1, 98);
  await tick();
  console.log(bytes.join(), (bytes as any).named, view.getFloat32(0), Object.keys(bytes).length);

  // Other properties, subclasses, sharing, identity.
  class Tagged extends Float64Array {
    tag = 'tag';
    #secret = 5;
    get secret() {
      return this.#secret;
    }
    sum() {
      return this.reduce((x, y) => x + y, 0);
    }
  }
  const tagged = new Tagged([1, 2.5]);
  const mapped = tagged.map((x) => x * 2);
  await tick();
  tagged[0] = -0;
  (tagged as any).more = bytes;
  await tick();
  console.log(tagged.sum(), tagged.tag, tagged.secret, Object.is(tagged[0], -0), (tagged as any).more === bytes, mapped instanceof Tagged, (mapped as Tagged).sum());
  const fresh = bytes.slice(0, 2);
  fresh[0] = 1;
  const odd: any = new Uint8Array(2);
  odd.name = 'named';
  Object.defineProperty(odd, 'hidden', { value: 1 });
  odd[Symbol.for('s')] = 2;
  Object.preventExtensions(odd);
  await tick();
  console.log(bytes[0], fresh[0], odd.name, odd.hidden, odd[Symbol.for('s')], Object.isExtensible(odd), Reflect.ownKeys(odd).map(String).join());
  odd[0] = 5;
  await tick();
  odd[1] = 6;
  await tick();
  console.log(odd.join(), '5' in odd, odd[5], (odd[5] = 1), odd.length);
  for (const [i, x] of fresh.entries()) {
    await tick();
    console.log(i, x);
  }
  for (const x of fresh) console.log(await tick(x));
  return [...bytes].length;
}

// expect: Int8Array 0,-1,44,1; Uint8Array 1,255,44,1; Uint8ClampedArray 2,0,255,2; Int16Array 3,-1,300,1; Uint16Array 4,65535,300,1; Int32Array 5,-1,300,1; Uint32Array 6,4294967295,300,1; Float32Array 7,-1,300,1.5; Float64Array 8,-1,300,1.5 1,-1; 1,18446744073709551615
// expect: 77,77,77,77,77,77,77,77,77 -5n 0,0,9,0 true true
// expect: 1,770 true true
// expect: 10,11,12,13,1,0,15,16,2,3,17,17,0,0,0,14
// expect: 0,0,0,0,1,2,3,10,11,12,13,14,15,16,17,17
// expect: 14,13,12,11,14,13,12,11,10,3,2,1,0,0,0,0
// expect: 99,98,2,3,4,5,12,11,63,192,0,0,3,1,200,201 x 1.5 17
// expect: 2.5 tag 5 true true true 7
// expect: 99 1 named 1 2 false 0,1,name,hidden,Symbol(s)
// expect: 5,6 false undefined 1 2
// expect: 0 1
// expect: 1 98
// expect: 1
// expect: 98
// expect: returned 16
