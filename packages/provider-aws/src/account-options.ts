import { z } from 'zod'
import { awsOptions } from './options.ts'

const { region, accessKeyId, secretAccessKey } = awsOptions.shape

/** Settings that say which account it is, and where to look. */
export const accountOptions: z.ZodObject<
  Pick<typeof awsOptions.shape, 'region' | 'accessKeyId' | 'secretAccessKey'>
> = z.object({ region, accessKeyId, secretAccessKey })

export type AccountOptions = z.output<typeof accountOptions>
