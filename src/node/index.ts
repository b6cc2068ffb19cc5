export { ports } from './ports.ts'
