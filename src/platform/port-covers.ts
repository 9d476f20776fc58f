type Port<T> = abstract new (...values: never[]) => T;

/**
 * What an application puts over the ports of its rooms, to watch or to change what goes through; nothing, ordinarily. A room that has a
 * port provides it by way of `over`, and knows no more.
 */
export class PortCovers {
  private readonly covers = new Map<Port<unknown>, (inner: unknown) => unknown>();

  put<T>(port: Port<T>, cover: (inner: T) => T): this {
    this.covers.set(port, cover as (inner: unknown) => unknown);
    return this;
  }

  /** The port's implementation, or the cover that was put over it. */
  over<T>(port: Port<T>, inner: T): T {
    const cover = this.covers.get(port);
    return cover ? (cover(inner) as T) : inner;
  }
}
