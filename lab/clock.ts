interface Due {
  readonly at: number;
  readonly happen: () => void;
}

/** The time of a lab: it runs as the real one does, faster, or not at all, and what is due happens at its time. */
export class Clock {
  /** Milliseconds since 1970, as of `#since`. */
  #reached: number;
  #since = performance.now();
  #speed = 1;
  #due: readonly Due[] = [];
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(start = Date.now()) {
    this.#reached = start;
  }

  /** Seconds since 1970, whole. */
  now(): number {
    return Math.floor(this.exactly());
  }

  /** Seconds since 1970, with their fractions. */
  exactly(): number {
    return this.#milliseconds() / 1000;
  }

  get speed(): number {
    return this.#speed;
  }

  /** How many seconds pass in a real one; 0 stops the clock. */
  run(speed: number): void {
    this.#set(this.#milliseconds());
    this.#speed = speed;
    this.#wait();
  }

  stop(): void {
    this.run(0);
  }

  /** Lets time pass at once; what is due on the way happens in its order, each at its own time. */
  step(seconds: number): void {
    const until = this.#milliseconds() + seconds * 1000;
    for (let next = this.#due[0]; next !== undefined && next.at <= until; next = this.#due[0]) {
      this.#due = this.#due.slice(1);
      this.#set(Math.max(next.at, this.#milliseconds()));
      next.happen();
    }
    this.#set(Math.max(until, this.#milliseconds()));
    this.#wait();
  }

  /** Has something happen when that many seconds have passed. */
  after(seconds: number, happen: () => void): void {
    if (this.#ended) return;
    const due = { at: this.#milliseconds() + seconds * 1000, happen };
    const place = this.#due.findIndex(({ at }) => at > due.at);
    this.#due = this.#due.toSpliced(place < 0 ? this.#due.length : place, 0, due);
    this.#wait();
  }

  /** Nothing more happens. */
  end(): void {
    this.#ended = true;
    this.#due = [];
    clearTimeout(this.#timer);
  }

  #milliseconds(): number {
    return this.#reached + (performance.now() - this.#since) * this.#speed;
  }

  #set(milliseconds: number): void {
    this.#reached = milliseconds;
    this.#since = performance.now();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    const [next] = this.#due;
    if (!next || this.#speed === 0) return;
    const wait = (next.at - this.#milliseconds()) / this.#speed;
    // A real timer cannot be longer, and one that is early or late is no harm: the step looks at the time itself.
    this.#timer = setTimeout(() => this.step(0), Math.min(Math.max(wait, 0), 2 ** 31 - 1));
    this.#timer.unref();
  }
}
