// `arguments` as the receiver of a call is an object like any other, no built-in that is named.
export declare function tick<T>(value: T): Promise<T>;

const enumerable = (function () {
  return arguments.propertyIsEnumerable('length');
})();

function has(...[]: unknown[]) {
  return [arguments.hasOwnProperty('1'), arguments.toString(), Array.prototype.slice.call(arguments, 1)];
}

export async function main() {
  const first = has('a', 'b');
  await tick(1);
  return [enumerable, first, has('c')];
}

// expect: returned [false,[true,"[object Arguments]",["b"]],[false,"[object Arguments]",[]]]
