import type { Session } from '../model/session.ts'
import { roundTrip } from '../pure/format.ts'
import { Button } from './button.tsx'
import { Sparkline } from './sparkline.tsx'

interface PingCardProps {
  readonly session: Session
}

/** A page cannot send a ping itself, so it asks the server to ping it. */
export function PingCard({ session }: PingCardProps) {
  const { samples, error, ping } = session.roundTrips
  const last = samples.value.at(-1)
  return (
    <section class="card ping" aria-label="Round trip">
      <h2>Round trip</h2>
      <output class="ping-rtt" data-testid="ping-rtt" aria-live="off">
        {last === undefined ? '–' : roundTrip(last)}
      </output>
      <Sparkline samples={samples.value} label={words(samples.value)} places={20} />
      <Button
        testId="ping-button"
        shortcut="p"
        disabled={!session.isOpen.value}
        title="The server pings this page and times the pong (P)"
        onClick={() => void ping()}
      >
        Ping
      </Button>
      {error.value !== undefined && <p class="hint bad">{error.value}</p>}
    </section>
  )
}

function words(samples: readonly number[]): string {
  const [lowest, highest] = [Math.min(...samples), Math.max(...samples)]
  return `Last ${samples.length} round trips: ${roundTrip(lowest)} to ${roundTrip(highest)}`
}
