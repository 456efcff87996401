/** What can go wrong with a request on its way. */
export type WeatherKind =
  /** The connection does not come about, or breaks before anything was done. */
  | 'refused'
  /** It was done; the answer is lost. */
  | 'answer-lost'
  | 'slow'
  /** It was done; the answer takes long. */
  | 'slow-answer'
  /** Nothing is done, and nothing comes. */
  | 'hang'
  /** It was done, and nothing comes. */
  | 'hang-after'
  /** Half of the answer comes as if it were all. */
  | 'cut-off'
  /** It is done twice, as by a proxy that tries again. */
  | 'doubled'
  | 'rate-limited'
  /** 429, and no word of when to come again. */
  | 'rate-limited-bare'
  | 'unauthorized'
  | 'server-error'
  /** A page of a proxy in between. */
  | 'web-page'
  /** A page of a list is empty, as if the list ended there. */
  | 'page-missing'

export const weatherKinds: readonly WeatherKind[] = [
  'refused',
  'answer-lost',
  'slow',
  'slow-answer',
  'hang',
  'hang-after',
  'cut-off',
  'doubled',
  'rate-limited',
  'rate-limited-bare',
  'unauthorized',
  'server-error',
  'web-page',
  'page-missing',
]

/** A stretch of time in which requests meet a mishap now and then: a rate of 1 is all of them. */
export interface WeatherFront {
  readonly kind: WeatherKind
  readonly where: 'server' | 'clouds'
  readonly rate: number
  readonly fromMs: number
  readonly forMs: number
}
