import type { EmulatedWoodpecker } from '../emulated-woodpecker.ts'
import type { User } from '../settings.ts'
import type { Answer } from './answer.ts'

export interface ApiRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly user: User | undefined
  readonly body: string
  readonly contentType: string | undefined
  /** As many rows as a page may have; 50 at a real server. */
  readonly longestPage: number
}

/** `org-admin`: of the organisation whose number is the first in the path. */
export type Who = 'anyone' | 'user' | 'admin' | 'org-admin'

export type Handler = (
  server: EmulatedWoodpecker,
  ids: readonly number[],
  request: ApiRequest,
) => Answer | Promise<Answer>

/** In the path `:id` stands for a number (anything else there is refused), `*` at its end for all that is left. */
export type Route = readonly [method: string, path: string, who: Who, handler: Handler]
