export { catalogue, type ErrorCode } from './catalogue.ts'
export { LocalProtocolError, OptionError, RemoteProtocolError, TidewireError } from './errors.ts'
