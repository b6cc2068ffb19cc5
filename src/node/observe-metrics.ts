import { instruments, type Metrics } from './metrics.ts'

interface Observable {
  addCallback(callback: (result: ObservableResult) => void): void
  removeCallback(callback: (result: ObservableResult) => void): void
}

interface ObservableResult {
  observe(value: number, attributes?: Readonly<Record<string, string>>): void
}

/** What is used of a `Meter` of `@opentelemetry/api`. */
export interface Meter {
  createObservableCounter(name: string, options: { unit: string; description: string }): Observable
  createObservableGauge(name: string, options: { unit: string; description: string }): Observable
}

/**
 * Reports a server's metrics through OpenTelemetry: `observeMetrics(server, metrics.getMeter('my-app'))`.
 * They are read when an exporter asks for them, and cost nothing in between.
 * @returns How to stop that.
 */
export function observeMetrics(server: { readonly metrics: Metrics }, meter: Meter): () => void {
  const stops = instruments.map((instrument) => {
    const { name, kind, unit, description } = instrument
    const options = { unit, description }
    const observable =
      kind === 'counter'
        ? meter.createObservableCounter(name, options)
        : meter.createObservableGauge(name, options)
    const report = (result: ObservableResult): void => {
      const values = instrument.values(server.metrics)
      for (const [attributes, value] of values) result.observe(value, attributes)
    }
    observable.addCallback(report)
    return () => observable.removeCallback(report)
  })
  return () => {
    for (const stop of stops) stop()
  }
}
