export { Backlog, slowConsumerPolicies, type SlowConsumerPolicy } from './backlog.ts'
export type { SendResult, Subscriber } from './subscriber.ts'
export { topicFault } from './topic-name.ts'
export { type PublishResult, Topics } from './topics.ts'
