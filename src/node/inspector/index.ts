export { PageFiles } from './page-files.ts'
export { type ProxyOptions, type RunningProxy, startProxy } from './proxy/start-proxy.ts'
