/** So many at a time; who comes later waits for one who leaves. */
export class Slots {
  #free: number;
  #taken = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(free: number) {
    this.#free = free;
  }

  /** How many places are taken. */
  get taken(): number {
    return this.#taken;
  }

  /** Waits for a place; what comes back leaves it again. */
  async take(): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((done) => this.#waiting.push(done));
    this.#taken += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#taken -= 1;
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    };
  }

  /** Takes one of the places away that somebody holds who found no room there: he waits for another one. */
  async narrow(): Promise<() => void> {
    this.#taken -= 1;
    return this.take();
  }
}
