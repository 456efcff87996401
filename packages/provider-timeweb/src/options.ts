import { keyValues, list, secret } from '@woodpeckers/autoscaler-core'
import { z } from 'zod'
import { readConfiguration } from './configuration.ts'

const DEFAULT_API_URL = 'https://api.timeweb.cloud'

/** The settings of the account: all that a look at what Timeweb has needs. */
type AccountShape = {
  apiToken: z.ZodString
  requestsPerSecond: z.ZodDefault<z.ZodNumber>
  apiUrl: z.ZodDefault<z.ZodURL>
}

type TimewebShape = AccountShape & {
  osId: z.ZodOptional<z.ZodString>
  imageId: z.ZodOptional<z.ZodString>
  presetId: z.ZodDefault<z.ZodArray<z.ZodString>>
  configuration: z.ZodOptional<z.ZodRecord<z.ZodString, z.ZodString>>
  availabilityZone: z.ZodOptional<z.ZodString>
  sshKeyId: z.ZodDefault<z.ZodArray<z.ZodString>>
  hostnamePrefix: z.ZodDefault<z.ZodString>
  projectId: z.ZodOptional<z.ZodString>
  softwareId: z.ZodOptional<z.ZodString>
  publicIp: z.ZodDefault<z.ZodBoolean>
}

const accountShape: AccountShape = {
  apiToken: secret().describe(
    'Token of the API, with the right to delete without a confirmation (is_able_to_delete)',
  ),
  requestsPerSecond: z
    .number()
    .positive()
    .default(2)
    .describe('Requests to the API, in bursts of 3; well above 2 Timeweb shuts out the address'),
  apiUrl: z
    .url({ protocol: /^https?$/ })
    .default(DEFAULT_API_URL)
    .describe('Where the API is, for a proxy or a test')
    .meta({ placeholder: 'url' }),
}

/** What `offerings` needs, before anything was chosen. */
export const accountOptions: z.ZodObject<AccountShape> = z.object(accountShape)

/** Settings of servers at Timeweb Cloud. What is said to be an id may be given as a name. */
export const timewebOptions: z.ZodObject<TimewebShape> = z
  .object({
    apiToken: accountShape.apiToken,
    osId: z
      .string()
      .min(1)
      .optional()
      .describe('Operating system of the servers: an id, or a name like ubuntu-24.04; or give an image')
      .meta({ placeholder: 'id|name' }),
    imageId: z
      .string()
      .min(1)
      .optional()
      .describe('Image of your own for the servers, by id or name, in place of an operating system')
      .meta({ placeholder: 'id|name' }),
    presetId: list()
      .default([])
      .describe(
        'Presets of the servers in the order to try, by id or short description; or give a configuration',
      )
      .meta({ placeholder: 'id,…' }),
    configuration: keyValues()
      .superRefine((pairs, context) => {
        const read = readConfiguration(pairs)
        if ('wrong' in read) context.addIssue(read.wrong)
      })
      .optional()
      .describe(
        'Size of the servers in place of a preset: cpu=2,ram=4GB,disk=40GB; configurator=<id> besides',
      )
      .meta({ placeholder: 'cpu=…,ram=…,disk=…' }),
    availabilityZone: z
      .string()
      .min(1)
      .optional()
      .describe('Zone of the servers, for example spb-3; without it Timeweb chooses')
      .meta({ placeholder: 'zone' }),
    sshKeyId: list().default([]).describe('SSH keys for root, by id or name').meta({ placeholder: 'id,…' }),
    hostnamePrefix: z
      .string()
      .regex(/^(?:[a-z0-9][a-z0-9-]{0,30})?$/, 'must have lower-case letters, digits and dashes, at most 31')
      .default('')
      .describe('What host names begin with, before the agent’s name'),
    projectId: z
      .string()
      .min(1)
      .optional()
      .describe('Project in which servers are made, by id or name')
      .meta({ placeholder: 'id|name' }),
    softwareId: z
      .string()
      .min(1)
      .optional()
      .describe('Software that comes installed, by id or name, for example Docker')
      .meta({ placeholder: 'id|name' }),
    publicIp: z
      .boolean()
      .default(true)
      .describe(
        'Whether each server gets a public IPv4 address of its own; it is paid for, and ends with the server',
      ),
    requestsPerSecond: accountShape.requestsPerSecond,
    apiUrl: accountShape.apiUrl,
  })
  // All of them at once, whatever else is wrong: each missing setting has its line.
  .refine(({ osId, imageId }) => isSet(osId) || isSet(imageId), {
    path: ['osId'],
    error: 'is missing; set it, or --timewebcloud-image-id',
    when: () => true,
  })
  .refine(({ osId, imageId }) => !(isSet(osId) && isSet(imageId)), {
    path: ['imageId'],
    error: 'cannot be set besides --timewebcloud-os-id',
    when: () => true,
  })
  .refine(({ presetId, configuration }) => isSet(presetId?.[0]) || isSet(configuration), {
    path: ['presetId'],
    error: 'is missing; set it, or --timewebcloud-configuration',
    when: () => true,
  })
  .refine(({ presetId, configuration }) => !(isSet(presetId?.[0]) && isSet(configuration)), {
    path: ['configuration'],
    error: 'cannot be set besides --timewebcloud-preset-id',
    when: () => true,
  })

export type AccountOptions = z.output<typeof accountOptions>
export type TimewebOptions = z.output<typeof timewebOptions>

function isSet(value: unknown): boolean {
  return value !== undefined
}
