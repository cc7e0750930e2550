export declare function tick<T>(value?: T): Promise<T>;

class AppError extends Error {
  code: string;
  constructor(code: string, message: string, options?: ErrorOptions) { super(message, options); this.name = new.target.name; this.code = code; }
  override toString() { return `[${this.code}] ${super.toString()}`; }
}
class NotFound extends AppError { constructor(what: string, cause?: unknown) { super('404', `no ${what}`, { cause }); } }
class Plain extends TypeError {}
export async function main() {
  const errors: any[] = [new NotFound('x', new Plain('inner')), new AppError('500', 'm'), new Plain('p', { cause: 7 })];
  for (const e of errors) { try { await tick(); throw e; } catch (got: any) { await tick(); console.log(got === e, String(got), got.name, got.code, got instanceof AppError, got instanceof Error, got.cause?.message ?? got.cause, Object.keys(got).join()); } }
  const ag = new AggregateError(errors, 'all', { cause: errors[0] });
  await tick();
  console.log(ag.errors.length, ag.errors[1] === errors[1], (ag.cause as any).code, ag.name, Object.prototype.toString.call(ag), Object.hasOwn(new Error('m'), 'cause'), 'cause' in new Error());
}

// expect: true [404] NotFound: no x NotFound 404 true true inner code,name
// expect: true [500] AppError: m AppError 500 true true undefined code,name
// expect: true TypeError: p TypeError undefined false true 7
// expect: 3 true 404 AggregateError [object Error] false false
// expect: returned undefined
