/** Plain text out of numbers and times, as the page shows them. Nothing here touches the DOM. */

/** `HH:MM:SS.mmm` in local time, as browser DevTools write it. */
export function clockTime(epoch: number): string {
  const date = new Date(epoch)
  const two = (value: number): string => String(value).padStart(2, '0')
  const milliseconds = String(date.getMilliseconds()).padStart(3, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${milliseconds}`
}

/** `0 B`, `999 B`, `1.2 kB`, `3.4 MB`: decimal units, three digits at most before the unit. */
export function byteLength(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = bytes / 1000
  let unit = 0
  // 999.5 would round to 1000, so it moves on to the next unit.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${value < 99.95 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? ''}`
}

/** `42 s`, `5 min`, `3 h 20 min`, `2 d 4 h`: the two largest units that say something. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  const days = Math.floor(hours / 24)
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`
}

/** A round trip: `0.42 ms`, `12.3 ms`, `145 ms`, `1.20 s`. */
export function roundTrip(milliseconds: number): string {
  if (milliseconds >= 999.5) return `${(milliseconds / 1000).toFixed(2)} s`
  if (milliseconds >= 99.95) return `${Math.round(milliseconds)} ms`
  return `${milliseconds.toFixed(milliseconds < 9.995 ? 2 : 1)} ms`
}

/** `1 message`, `2,000 messages`. */
export function count(number: number, one: string, many: string = `${one}s`): string {
  return `${grouped(number)} ${number === 1 ? one : many}`
}

/** `12,345`: the same in every locale, so that the page and its tests agree. */
export function grouped(number: number): string {
  return english.format(number)
}

/** Made once: making one takes longer than all the rest of a row. */
const english = new Intl.NumberFormat('en-US')

/** One line for a row of the list: white space drawn together, cut where no row is wide enough. */
export function previewText(text: string, limit: number = 300): string {
  // Cut before the replacement, so that a message of megabytes costs no more than its beginning.
  const head = text
    .slice(0, limit * 2)
    .replace(/\s+/g, ' ')
    .trimStart()
  return text.length > limit * 2 || head.length > limit ? `${head.slice(0, limit)}…` : head
}

/** How many bytes `text` takes in UTF-8, without making them. */
export function utf8Length(text: string): number {
  let bytes = text.length
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit < 0x80) continue
    if (unit < 0x800) {
      bytes += 1
      continue
    }
    bytes += 2
    const next = text.charCodeAt(at + 1)
    if (unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000) at += 1
  }
  return bytes
}
