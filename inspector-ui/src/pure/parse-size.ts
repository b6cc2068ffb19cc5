const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  kib: 2 ** 10,
  m: 1e6,
  mb: 1e6,
  mib: 2 ** 20,
}

/** Bytes out of `512`, `1.5 kB`, `64KiB` or `2 MB`; undefined where it is none of these. */
export function parseSize(text: string): number | undefined {
  const parts = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text)
  const unit = units[(parts?.[2] ?? '').toLowerCase()]
  return parts && unit !== undefined ? Math.round(Number(parts[1]) * unit) : undefined
}
