export declare function tick<T>(value?: T): Promise<T>;
function $top() { return $top.name; }
class $Class { static self = $Class.name; static m() { return $Class.name; } }
class $Named { static name() { return 'static name'; } }
async function $async() { await tick(); return $async.name; }
function* $gen() { yield $gen.name; }
export default function () { return 1; }
const o = { $m() {}, get $g() { return 1; }, $f: function () {}, $a: () => 1, $k: class {} };
export async function main() {
  const $local = () => 1, e = function $expr(): string { return $expr.name; };
  let $touch = class $Inner { #$p = 1; get $p() { return this.#$p; } };
  await tick();
  console.log($top(), $Class.name, $Class.self, $Class.m(), ($Named.name as any)(), await $async(), [...$gen()].join(), $local.name, e(), $touch.name, new $touch().$p);
  console.log(o.$m.name, Object.getOwnPropertyDescriptor(o, '$g')!.get!.name, o.$f.name, o.$a.name, o.$k.name);
}

// expect: $top $Class $Class $Class static name $async $gen $local $expr $Inner 1
// expect: $m get $g $f $a $k
// expect: returned undefined
