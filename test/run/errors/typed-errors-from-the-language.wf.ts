export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const fs: [string, () => unknown][] = [
    ['null member', () => (null as any).x], ['not a function', () => (({}) as any).f()], ['not iterable', () => [...(5 as any)]], ['bad length', () => new Array(-1)], ['bad radix', () => (1).toString(99)],
    ['bad json', () => JSON.parse('{')], ['bad regexp', () => new RegExp('(')], ['bad uri', () => decodeURIComponent('%')], ['bigint mix', () => (1n as any) + 1], ['symbol text', () => `${Symbol.iterator as any}`],
    ['bad normalize', () => 'x'.normalize('Z')], ['bad repeat', () => 'x'.repeat(-1)], ['date', () => new Date(NaN).toISOString()], ['reduce', () => [].reduce((a) => a)], ['class call', () => (class {} as any)()], ['defineProperty', () => Object.defineProperty(Object.freeze({}), 'x', { value: 1 })],
  ];
  const names: string[] = [];
  for (const [name, f] of fs) {
    try { await tick(); names.push(name + '?' + f()); } catch (e) { await tick(); names.push(`${name}:${(e as Error).constructor.name}:${e instanceof Error}`); }
  }
  console.log(names.join('\n'));
}

// expect: null member:TypeError:true
// expect: not a function:TypeError:true
// expect: not iterable:TypeError:true
// expect: bad length:RangeError:true
// expect: bad radix:RangeError:true
// expect: bad json:SyntaxError:true
// expect: bad regexp:SyntaxError:true
// expect: bad uri:URIError:true
// expect: bigint mix:TypeError:true
// expect: symbol text:TypeError:true
// expect: bad normalize:RangeError:true
// expect: bad repeat:RangeError:true
// expect: date:RangeError:true
// expect: reduce:TypeError:true
// expect: class call:TypeError:true
// expect: defineProperty:TypeError:true
// expect: returned undefined
