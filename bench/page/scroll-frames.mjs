/**
 * Runs in the page: scrolls through all of the list, slowly and in leaps, and gives the longest time between
 * two frames, in milliseconds, and the time that 99 of 100 stay below.
 */
export async function scrollFrames() {
  const list = document.querySelector('[data-testid="messages"]')
  const steps = 600
  // Once: to read it in each frame would lay out the page once more.
  const height = list.scrollHeight
  const frames = []
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
  list.scrollTop = 0
  await frame()
  let before = await frame()
  for (let step = 0; step < steps; step++) {
    // A row or two at a time at first, as a wheel does; then from one end to the other.
    const share = (step - steps / 2) / (steps / 2)
    list.scrollTop = step < steps / 2 ? step * 40 : share * height
    const now = await frame()
    frames.push(now - before)
    before = now
    if (!document.querySelector('[data-testid="message"]')) throw new Error('the list is empty')
  }
  frames.sort((a, b) => a - b)
  return { count: steps, longest: frames.at(-1), p99: frames[Math.floor(frames.length * 0.99)] }
}
