// A task that waits for itself: plain Node would exit with the promise pending, a run says so.
export declare function tick<T>(value?: T): Promise<T>;

export async function main(): Promise<void> {
  const pending: Promise<void>[] = [];
  const waits = async (): Promise<void> => {
    await tick();
    console.log('waits for itself');
    await Promise.all(pending);
  };
  pending.push(waits());
  await pending[0];
}

// expect: waits for itself
// expect: threw PerdureError: The workflow waits for a promise that can never settle: no effect, timer or message is under way.
