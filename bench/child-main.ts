/**
 * The other end of `inChild`.
 */
const [, , module, args] = process.argv;
const { measure } = (await import(module!)) as { measure: (...args: unknown[]) => unknown };
process.send!({ value: await measure(...(JSON.parse(args!) as unknown[])) });
process.disconnect();

export {};
