/** Reading the log of a run. */
import type { Store } from '../../runtime/store/store.ts';

/** The last entry: its seq, and its hash in hex. */
export const lastEntry = async (store: Store, uid: string) => (await store.log.read(uid, 0, 100_000)).at(-1)!;
