import assert from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'

export type State = 'CONNECTING' | 'OPEN' | 'CLOSING' | 'CLOSED'

/** A row of the message list as a reader sees it. */
export interface Row {
  readonly direction: string
  readonly kind: string
  readonly text: string
}

/** Waits until the page shows a state. */
export async function seesState(page: Page, state: State): Promise<void> {
  await sees(page.getByTestId('state'), new RegExp(`^${state}$`))
}

/** Waits until an element has a text, and fails with the text that it has. */
export async function sees(element: Locator, text: string | RegExp): Promise<void> {
  try {
    await element.filter({ hasText: text }).first().waitFor()
  } catch {
    assert.fail(`expected ${text} in: ${JSON.stringify(await element.allInnerTexts())}`)
  }
}

/** Chooses a topic, connects, and waits until the connection is open. */
export async function joinTopic(page: Page, topic: string): Promise<void> {
  await page.getByTestId('topic-input').fill(topic)
  await page.getByTestId('connect').click()
  await seesState(page, 'OPEN')
}

export async function joinEcho(page: Page): Promise<void> {
  await page.getByTestId('mode-echo').click()
  await page.getByTestId('connect').click()
  await seesState(page, 'OPEN')
}

export async function sendText(page: Page, text: string): Promise<void> {
  await page.getByTestId('text-input').fill(text)
  await page.getByTestId('send-text').click()
}

export async function sendBinary(page: Page, hex: string): Promise<void> {
  await page.getByTestId('binary-input').fill(hex)
  await page.getByTestId('send-binary').click()
}

/** The rows that exist in the list and have a direction and, somewhere, a text. */
function rowWith(page: Page, direction: string, text: string | RegExp): Locator {
  return page
    .locator(`[data-testid="message"][data-direction="${direction}"]`)
    .filter({ hasText: text })
}

/** Waits for a row. */
export async function seesRow(
  page: Page,
  direction: string,
  text: string | RegExp,
): Promise<Locator> {
  const row = rowWith(page, direction, text).first()
  try {
    await row.waitFor()
  } catch {
    assert.fail(`no row ${direction} ${text} in ${JSON.stringify(await rows(page))}`)
  }
  return row
}

/** Every message in the list, without the events of the connection. */
export async function messages(page: Page): Promise<Row[]> {
  return (await rows(page)).filter(({ direction }) => direction !== 'system')
}

function rows(page: Page): Promise<Row[]> {
  return page.getByTestId('message').evaluateAll((elements) =>
    elements.map((row) => ({
      direction: row.getAttribute('data-direction') ?? '',
      kind: row.getAttribute('data-kind') ?? '',
      text: row.querySelector('.row-preview')?.textContent ?? '',
    })),
  )
}

/** The bytes that the hex view shows, read back from its text. */
export async function shownBytes(page: Page): Promise<number[]> {
  await page.getByTestId('hex-toggle').click()
  await page.getByTestId('hex').waitFor()
  const lines = await page.getByTestId('hex').locator('.hex-bytes').allTextContents()
  return lines.flatMap((line) => line.trim().split(' ')).map((byte) => Number.parseInt(byte, 16))
}
