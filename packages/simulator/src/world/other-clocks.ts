export { OffsetClock } from '@woodpeckers/autoscaler-core/testing'
