/**
 * Who waits in this process for news of runs.
 */
export class Listeners<News = void> {
  private readonly callbacks = new Map<string, Set<(news: News) => void>>();

  /** Returns how to stop waiting. */
  add(uid: string, callback: (news: News) => void): () => void {
    let set = this.callbacks.get(uid);
    if (!set) this.callbacks.set(uid, (set = new Set()));
    set.add(callback);
    return () => {
      set.delete(callback);
      if (set.size === 0 && this.callbacks.get(uid) === set) this.callbacks.delete(uid);
    };
  }

  tell(uid: string, news: News): void {
    for (const callback of [...(this.callbacks.get(uid) ?? [])]) callback(news);
  }

  /** The last news that there is of a run. */
  end(uid: string, news: News): void {
    const set = this.callbacks.get(uid);
    this.callbacks.delete(uid);
    for (const callback of set ?? []) callback(news);
  }

  endAll(news: News): void {
    for (const uid of [...this.callbacks.keys()]) this.end(uid, news);
  }
}
