/**
 * Who waits for news of a run in this process.
 */
export class Listeners {
  private readonly callbacks = new Map<string, Set<() => void>>();

  /** Returns how to stop waiting. */
  add(uid: string, callback: () => void): () => void {
    let set = this.callbacks.get(uid);
    if (!set) this.callbacks.set(uid, (set = new Set()));
    set.add(callback);
    return () => {
      set.delete(callback);
      if (set.size === 0 && this.callbacks.get(uid) === set) this.callbacks.delete(uid);
    };
  }

  tell(uid: string): void {
    for (const callback of [...(this.callbacks.get(uid) ?? [])]) callback();
  }
}
