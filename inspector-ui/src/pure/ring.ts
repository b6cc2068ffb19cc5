/** A queue of at most `capacity` items with an index; adding to a full one drops the oldest. */
export class Ring<T> {
  readonly capacity: number
  #items: Array<T | undefined> = []
  #head = 0
  #length = 0

  constructor(capacity: number) {
    this.capacity = capacity
  }

  get length(): number {
    return this.#length
  }

  /** The item `index` places after the oldest. */
  at(index: number): T | undefined {
    if (index < 0 || index >= this.#length) return undefined
    return this.#items[(this.#head + index) % this.capacity]
  }

  push(item: T): void {
    if (this.#length === this.capacity) this.shift()
    this.#items[(this.#head + this.#length) % this.capacity] = item
    this.#length += 1
  }

  /** Removes the oldest item and gives it. */
  shift(): T | undefined {
    if (this.#length === 0) return undefined
    const item = this.#items[this.#head]
    this.#items[this.#head] = undefined
    this.#head = (this.#head + 1) % this.capacity
    this.#length -= 1
    return item
  }

  clear(): void {
    this.#items = []
    this.#head = 0
    this.#length = 0
  }
}
