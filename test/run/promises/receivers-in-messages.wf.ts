export declare function tick<T>(value?: T): Promise<T>;

/** What is no promise constructor, in V8's words: nothing of the program is called to show it. */
export async function main() {
  class Mine {}
  const values: any[] = [[1], {}, { toString: () => 'x' }, { constructor: 5 }, Object.create(null), new Mine(), new Date(0), /x/, new Map(), new Error('boom'), Symbol('q'), 's', null];
  const { all, reject, resolve } = Promise as any, { then } = Promise.prototype as any, { get } = WeakMap.prototype as any;
  for (const value of values) {
    await tick();
    const messages = [() => new Promise(value), () => all.call(value, []), () => reject.call(value, 1), () => resolve.call(value, 1), () => then.call(value), () => get.call(value, {})].map((wrong) => {
      try { wrong(); return 'fine'; } catch (error: any) { return error.message.replace('called on incompatible receiver', 'on'); }
    });
    console.log(messages.join(', '));
  }
}

// expect: Promise resolver [object Array] is not a function, [object Array] is not a constructor, [object Array] is not a constructor, [object Array] is not a constructor, Method Promise.prototype.then on [object Array], Method WeakMap.prototype.get on [object Array]
// expect: Promise resolver #<Object> is not a function, #<Object> is not a constructor, #<Object> is not a constructor, #<Object> is not a constructor, Method Promise.prototype.then on #<Object>, Method WeakMap.prototype.get on #<Object>
// expect: Promise resolver [object Object] is not a function, [object Object] is not a constructor, [object Object] is not a constructor, [object Object] is not a constructor, Method Promise.prototype.then on [object Object], Method WeakMap.prototype.get on [object Object]
// expect: Promise resolver [object Object] is not a function, [object Object] is not a constructor, [object Object] is not a constructor, [object Object] is not a constructor, Method Promise.prototype.then on [object Object], Method WeakMap.prototype.get on [object Object]
// expect: Promise resolver [object Object] is not a function, [object Object] is not a constructor, [object Object] is not a constructor, [object Object] is not a constructor, Method Promise.prototype.then on [object Object], Method WeakMap.prototype.get on [object Object]
// expect: Promise resolver #<Mine> is not a function, #<Mine> is not a constructor, #<Mine> is not a constructor, #<Mine> is not a constructor, Method Promise.prototype.then on #<Mine>, Method WeakMap.prototype.get on #<Mine>
// expect: Promise resolver [object Date] is not a function, [object Date] is not a constructor, [object Date] is not a constructor, [object Date] is not a constructor, Method Promise.prototype.then on [object Date], Method WeakMap.prototype.get on [object Date]
// expect: Promise resolver [object RegExp] is not a function, [object RegExp] is not a constructor, [object RegExp] is not a constructor, [object RegExp] is not a constructor, Method Promise.prototype.then on [object RegExp], Method WeakMap.prototype.get on [object RegExp]
// expect: Promise resolver #<Map> is not a function, #<Map> is not a constructor, #<Map> is not a constructor, #<Map> is not a constructor, Method Promise.prototype.then on #<Map>, Method WeakMap.prototype.get on #<Map>
// expect: Promise resolver Error: boom is not a function, Error: boom is not a constructor, Error: boom is not a constructor, Error: boom is not a constructor, Method Promise.prototype.then on Error: boom, Method WeakMap.prototype.get on Error: boom
// expect: Promise resolver Symbol(q) is not a function, Promise.all called on non-object, PromiseReject called on non-object, PromiseResolve called on non-object, Method Promise.prototype.then on Symbol(q), Method WeakMap.prototype.get on Symbol(q)
// expect: Promise resolver s is not a function, Promise.all called on non-object, PromiseReject called on non-object, PromiseResolve called on non-object, Method Promise.prototype.then on s, Method WeakMap.prototype.get on s
// expect: Promise resolver null is not a function, Promise.all called on non-object, PromiseReject called on non-object, PromiseResolve called on non-object, Method Promise.prototype.then on null, Method WeakMap.prototype.get on null
// expect: returned undefined
