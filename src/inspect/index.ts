export { closeCodeMeaning, type CloseCodeMeaning } from './close-code-meaning.ts'
export { headerMeaning, type HandshakeHead } from './header-meaning.ts'
