export { catalogue, type ErrorCode, type ErrorEntry } from './catalogue.ts'
export { LocalProtocolError, OptionError, RemoteProtocolError, TidewireError } from './errors.ts'
