// @ts-nocheck
// Names that nothing declares, in a file that is not checked: reading and writing them is a ReferenceError, at their turn.
export declare function tick<T>(value?: T): Promise<T>;

const say = (...xs) => console.log(...xs);
const caught = async (f) => {
  try {
    say('no error', await f());
  } catch (error) {
    say(error.constructor.name, error.message);
  }
};

export async function main() {
  say(typeof nowhere, typeof nowhere === 'undefined');
  await caught(() => nowhere);
  await caught(async () => [say('first'), await tick(1), nowhere]);
  await caught(async () => say(nowhere, await tick(say('never'))));
  await caught(() => (nowhere = say('value')));
  await caught(() => nowhere += say('never'));
  await caught(() => nowhere++);
  await caught(() => ([nowhere] = [say('array')]));
  await caught(async () => ([nowhere = await tick(say('default'))] = []));
  await caught(() => { for (nowhere of [1]) say('body'); });
  await caught((x = nowhere) => x);
  await caught(() => nowhere());
  await caught(() => `${nowhere?.x}`);
  await caught(() => ({ nowhere }));
  await caught(() => class extends nowhere {});
}

// expect: undefined true
// expect: ReferenceError nowhere is not defined
// expect: first
// expect: ReferenceError nowhere is not defined
// expect: ReferenceError nowhere is not defined
// expect: value
// expect: ReferenceError nowhere is not defined
// expect: ReferenceError nowhere is not defined
// expect: ReferenceError nowhere is not defined
// expect: array
// expect: ReferenceError nowhere is not defined
// expect: default
// expect: ReferenceError nowhere is not defined
// expect: ReferenceError nowhere is not defined
// expect: ReferenceError nowhere is not defined
// expect: ReferenceError nowhere is not defined
// expect: ReferenceError nowhere is not defined
// expect: ReferenceError nowhere is not defined
// expect: ReferenceError nowhere is not defined
// expect: returned undefined
