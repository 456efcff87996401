import { keyValues, list, secret } from '@woodpeckers/autoscaler-core'
import { z } from 'zod'
import { labelProblem } from './labels.ts'

export const HETZNER_ENDPOINT = 'https://api.hetzner.cloud/v1'

const SERVER_TYPE = /^[a-z0-9-]+(?::[a-z0-9-]+)?$/i

/** Settings of machines at Hetzner Cloud; things may be given by name or by id. */
export const hetznerOptions: z.ZodObject<{
  apiToken: z.ZodString
  serverType: z.ZodArray<z.ZodString>
  location: z.ZodOptional<z.ZodString>
  image: z.ZodDefault<z.ZodString>
  sshKeys: z.ZodDefault<z.ZodArray<z.ZodString>>
  labels: z.ZodDefault<z.ZodRecord<z.ZodString, z.ZodString>>
  networks: z.ZodDefault<z.ZodArray<z.ZodString>>
  firewalls: z.ZodDefault<z.ZodArray<z.ZodString>>
  publicIpv4Enable: z.ZodDefault<z.ZodBoolean>
  publicIpv6Enable: z.ZodDefault<z.ZodBoolean>
  placementGroup: z.ZodOptional<z.ZodString>
  maxPrice: z.ZodOptional<z.ZodNumber>
  endpoint: z.ZodDefault<z.ZodURL>
}> = z.object({
  apiToken: secret().describe('API token of the project, with the right to read and write'),
  serverType: list()
    .min(1, 'must name at least one type, like cx23:fsn1,cx33:fsn1')
    .refine((types) => types.every((type) => SERVER_TYPE.test(type)), 'must be a list like cx23:fsn1,cpx22')
    .meta({ placeholder: 'type:location,…' })
    .describe('Machine types in the order to try, each with its location or without one'),
  location: z
    .string()
    .min(1)
    .optional()
    .meta({ defaultText: 'Hetzner chooses' })
    .describe('Location of the types that are given without one'),
  image: z.string().min(1).default('ubuntu-24.04').describe('Image; docker-ce has Docker, so boots sooner'),
  sshKeys: list().default([]).describe('SSH keys; without one Hetzner makes a root password'),
  labels: keyValues()
    .default({})
    .superRefine((labels, context) => {
      const problem = labelProblem(labels)
      if (problem !== undefined) context.addIssue(problem)
    })
    .describe('Labels of the machines, beside those that mark them as ours'),
  networks: list().default([]).describe('Private networks to attach'),
  firewalls: list().default([]).describe('Firewalls to apply'),
  publicIpv4Enable: z.boolean().default(true).describe('Whether machines get an IPv4 address, which is paid'),
  publicIpv6Enable: z.boolean().default(true).describe('Whether machines get an IPv6 network'),
  placementGroup: z.string().min(1).optional().describe('Placement group; a spread one holds 10 machines'),
  maxPrice: z
    .number()
    .positive()
    .optional()
    .describe('Dearer machines are not made: net for an hour, IPv4 included, in the currency of the account'),
  endpoint: z
    .url({ protocol: /^https?$/, error: 'must be a URL, like https://api.hetzner.cloud/v1' })
    .default(HETZNER_ENDPOINT)
    .meta({ placeholder: 'url' })
    .describe('Where the API is'),
})

/** Those that say which account it is. */
export const accountOptions: z.ZodObject<Pick<typeof hetznerOptions.shape, 'apiToken' | 'endpoint'>> =
  hetznerOptions.pick({ apiToken: true, endpoint: true })

export type AccountOptions = z.output<typeof accountOptions>
export type HetznerOptions = z.output<typeof hetznerOptions>
