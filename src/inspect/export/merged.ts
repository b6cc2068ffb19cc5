interface Head<Item> {
  item: Item
  readonly source: number
  readonly rest: Iterator<Item>
}

/**
 * The items of several sources, each of them in order, in one order: by `rank`, and of equals those of the
 * earlier source first. Nothing is read before it is needed but the first item of each.
 */
export function* merged<Item>(
  sources: Iterable<Iterable<Item>>,
  rank: (item: Item) => number,
): Generator<Item> {
  const isBefore = (one: Head<Item>, other: Head<Item>): boolean => {
    const difference = rank(one.item) - rank(other.item)
    return difference < 0 || (difference === 0 && one.source < other.source)
  }
  // A list in order is a heap: of each, those at 2i + 1 and 2i + 2 come later.
  const heap = headsOf(sources).sort((one, other) => (isBefore(one, other) ? -1 : 1))
  for (let top = heap[0]; top; top = heap[0]) {
    yield top.item
    const { done, value } = top.rest.next()
    if (!done) top.item = value
    else if (heap.length === 1) return
    else heap[0] = heap.pop()!
    sink(heap, isBefore)
  }
}

function headsOf<Item>(sources: Iterable<Iterable<Item>>): Head<Item>[] {
  const heads: Head<Item>[] = []
  for (const source of sources) {
    const rest = source[Symbol.iterator]()
    const { done, value } = rest.next()
    if (!done) heads.push({ item: value, source: heads.length, rest })
  }
  return heads
}

/** Puts what is on top where it belongs. */
function sink<One>(heap: One[], isBefore: (one: One, other: One) => boolean): void {
  const sinking = heap[0]!
  for (let at = 0; ;) {
    let child = 2 * at + 1
    const other = child + 1
    if (other < heap.length && isBefore(heap[other]!, heap[child]!)) child = other
    if (child >= heap.length || !isBefore(heap[child]!, sinking)) {
      heap[at] = sinking
      return
    }
    heap[at] = heap[child]!
    at = child
  }
}
