import type { Page } from 'playwright-core'

/** What reaches beyond the window or the part it stands in, where nobody can scroll to it. */
export function stickingOut(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    // What is measured by an observer is drawn with its new size a frame later.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    const found: string[] = []
    const root = document.documentElement
    if (root.scrollWidth > innerWidth) found.push('the page scrolls sideways')
    if (root.scrollHeight > innerHeight) found.push('the page scrolls')
    for (const part of document.querySelectorAll('.app *')) {
      const name = `${part.tagName} ${part.getAttribute('class') ?? ''}`
      const { overflowX } = getComputedStyle(part)
      const scrolls = overflowX === 'auto' || overflowX === 'scroll'
      const sideways = part.scrollWidth - part.clientWidth
      if (scrolls && sideways > 0) found.push(`${name} scrolls sideways by ${sideways}`)
      const { left, right, width } = part.getBoundingClientRect()
      const clipped = part.closest('.address') !== null
      if (width > 1 && !clipped && (left < -0.5 || right > innerWidth + 0.5)) {
        found.push(`${name} reaches from ${left} to ${right}`)
      }
    }
    return found
  })
}

/** Text of less contrast than WCAG asks for (4.5), except on buttons that cannot be used. */
export function faintText(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    type Colour = readonly [number, number, number, number]
    const colour = (css: string): Colour => {
      const [red = 0, green = 0, blue = 0, alpha = 1] = (css.match(/[\d.]+/g) ?? []).map(Number)
      return [red, green, blue, alpha]
    }
    const over = ([r, g, b, a]: Colour, [red, green, blue]: Colour): Colour => [
      r * a + red * (1 - a),
      g * a + green * (1 - a),
      b * a + blue * (1 - a),
      1,
    ]
    const ground = (element: Element | null): Colour => {
      if (!element) return [255, 255, 255, 1]
      const own = colour(getComputedStyle(element).backgroundColor)
      return own[3] === 1 ? own : over(own, ground(element.parentElement))
    }
    // https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    const luminance = ([red, green, blue]: Colour): number => {
      const [r = 0, g = 0, b = 0] = [red, green, blue].map((value) =>
        value <= 10.31 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
      )
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const found = new Set<string>()
    for (const element of document.querySelectorAll('.app *')) {
      const field = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
      const words = [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '',
      )
      if (!(words || field) || element.closest('[aria-disabled="true"], .visually-hidden')) continue
      if (element.getClientRects().length === 0) continue
      const empty = field && element.value === ''
      const css = getComputedStyle(element, empty ? '::placeholder' : undefined).color
      const back = ground(element)
      const light = [luminance(over(colour(css), back)), luminance(back)].sort((a, b) => b - a)
      const contrast = ((light[0] ?? 0) + 0.05) / ((light[1] ?? 0) + 0.05)
      if (contrast >= 4.5) continue
      const text = (empty ? element.placeholder : element.textContent).slice(0, 30)
      found.add(`${contrast.toFixed(2)} for “${text}” (${element.getAttribute('class') ?? ''})`)
    }
    return [...found]
  })
}
