/** A growing list of numbers in rising order, eight bytes each, that can lose its front and its end. */
export class Places {
  #list = new Float64Array(256);
  #from = 0;
  #to = 0;

  get length(): number {
    return this.#to - this.#from;
  }

  at(i: number): number | undefined {
    return i >= 0 && i < this.length ? this.#list[this.#from + i] : undefined;
  }

  push(place: number): void {
    if (this.#to === this.#list.length) {
      const room = new Float64Array(Math.max(256, this.length * 2));
      room.set(this.#list.subarray(this.#from, this.#to));
      this.#to -= this.#from;
      this.#from = 0;
      this.#list = room;
    }
    this.#list[this.#to++] = place;
  }

  /** Index of the first entry at or after `place`. */
  search(place: number): number {
    let from = this.#from;
    let to = this.#to;
    while (from < to) {
      const mid = (from + to) >>> 1;
      if ((this.#list[mid] ?? 0) < place) from = mid + 1;
      else to = mid;
    }
    return from - this.#from;
  }

  dropBefore(place: number): void {
    this.#from += this.search(place);
  }

  dropFrom(place: number): void {
    this.#to = this.#from + this.search(place);
  }

  clear(): void {
    this.#from = 0;
    this.#to = 0;
  }
}
