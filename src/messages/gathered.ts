/**
 * Writes what is handed in: at once when nothing is being written, else together with whatever else has come by the time the write under
 * way is over. So a slow database makes larger writes, not a longer queue of them, and nobody waits for company.
 */
export class Gathered<Item, Result> {
  private waiting: { readonly item: Item; readonly resolve: (result: Result) => void; readonly reject: (error: unknown) => void }[] = [];
  private writing = false;

  /** @param write gives one result for each item, in their order */
  constructor(private readonly write: (items: readonly Item[]) => Promise<readonly Result[]>) {}

  /** Resolves when the item is written. @throws what the write threw that it was part of */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!this.writing) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.writing = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        const results = await this.write(batch.map(({ item }) => item));
        batch.forEach(({ resolve }, place) => resolve(results[place]!));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.writing = false;
  }
}
