/** Waits for all of them, also where one fails, so that nothing is left under way; then throws what the first has thrown. */
export async function together(...all: Promise<unknown>[]): Promise<void> {
  for (const one of await Promise.allSettled(all)) if (one.status === 'rejected') throw one.reason;
}
