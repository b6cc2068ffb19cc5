export { PageFiles } from './page-files.ts'
