export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const e: any = new RangeError('msg', { cause: { deep: [1] } });
  e.code = 42; e.self = e; e.name = 'Custom';
  const bare: any = new Error(), noCause = new Error('n', {}), undef = new Error('u', { cause: undefined });
  delete bare.message;
  await tick();
  e.message += '!'; e.cause.deep.push(2);
  await tick();
  console.log(String(e), e.code, e.self === e, e instanceof RangeError, JSON.stringify(e.cause), Object.keys(e).join(), Object.hasOwn(bare, 'message'), 'cause' in noCause, Object.hasOwn(undef, 'cause'), typeof e.stack, JSON.stringify(new Error('x')));
  const { message, cause, ...rest } = e;
  await tick();
  console.log(message, cause === e.cause, Object.keys(rest).join(), Object.prototype.toString.call(e), e.toString === Error.prototype.toString);
  e.message = undefined;
  await tick();
  console.log(String(e), Error.prototype.toString.call({ name: 'N', message: 'm' }));
}

// expect: Custom: msg! 42 true true {"deep":[1,2]} code,self,name false false true string {}
// expect: msg! true code,self,name [object Error] true
// expect: Custom N: m
// expect: returned undefined
