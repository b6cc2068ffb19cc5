/** The places of two things that stand for each other and differ, or of one that the other side lacks. */
export type Unlike = readonly [one: number | undefined, other: number | undefined]

/** Comparisons for a longest common subsequence: two lists of 2,000 that have nothing in common. */
const mostCells = 4_000_000

/**
 * Where two lists differ, with as much as possible left in common; of what is left between that, the first
 * stands for the first. Of lists that are too long only what they begin and end with is found to be common.
 */
export function aligned<One, Other>(
  ones: readonly One[],
  others: readonly Other[],
  alike: (one: One, other: Other) => boolean,
): Unlike[] {
  let start = 0
  while (start < Math.min(ones.length, others.length) && alike(ones[start]!, others[start]!))
    start++
  let [end, otherEnd] = [ones.length, others.length]
  while (Math.min(end, otherEnd) > start && alike(ones[end - 1]!, others[otherEnd - 1]!)) {
    end--
    otherEnd--
  }
  const matches =
    (end - start) * (otherEnd - start) > mostCells
      ? []
      : common(end - start, otherEnd - start, (one, other) =>
          alike(ones[start + one]!, others[start + other]!),
        )
  const unlike: Unlike[] = []
  let [one, other] = [start, start]
  for (const [nextOne, nextOther] of [...matches, [end - start, otherEnd - start] as const]) {
    const [untilOne, untilOther] = [start + nextOne, start + nextOther]
    while (one < untilOne || other < untilOther) {
      unlike.push([one < untilOne ? one++ : undefined, other < untilOther ? other++ : undefined])
    }
    one++
    other++
  }
  return unlike
}

/** A longest common subsequence, as pairs of places. */
function common(
  length: number,
  otherLength: number,
  alike: (one: number, other: number) => boolean,
): (readonly [number, number])[] {
  const width = otherLength + 1
  /** How long the longest one is from each pair of places on. */
  const longest = new Uint32Array((length + 1) * width)
  for (let one = length - 1; one >= 0; one--) {
    for (let other = otherLength - 1; other >= 0; other--) {
      const at = one * width + other
      longest[at] = alike(one, other)
        ? longest[at + width + 1]! + 1
        : Math.max(longest[at + width]!, longest[at + 1]!)
    }
  }
  const pairs: (readonly [number, number])[] = []
  for (let [one, other] = [0, 0]; one < length && other < otherLength;) {
    const at = one * width + other
    if (alike(one, other)) pairs.push([one++, other++])
    else if (longest[at + width]! >= longest[at + 1]!) one++
    else other++
  }
  return pairs
}
