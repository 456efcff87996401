import { keyValues, list, secret } from '@woodpeckers/autoscaler-core'
import { z } from 'zod'
import { placeOf } from './place.ts'

const INSTANCE_TYPE = /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/
const REGION = /^[a-z]{2,}(?:-[a-z]+)+-\d+$/
const AMI = /^(?:ami-[0-9a-zA-Z]+|\/[\w./-]+|ubuntu-\d\d\.\d\d-server|debian-\d+|amazon|suse)$/
/** A tag that we set ourselves; AWS keeps `aws:` for itself. */
const OURS = /^(?:Name$|aws:|wp\.autoscaler\/)/

/** As WOODPECKER_AGENT_LABELS can say it; `none` and nothing: no label. */
const SPOT_LABEL = /^(?:none|[^\s,=!][^\s,=]*=[^\s,]+|)$/

/** Ids of one kind, each with its region behind a colon where that is not the usual one. */
function ids(prefix: string): z.ZodArray<z.ZodString> {
  return list().refine(
    (items) => items.every((item) => item.startsWith(prefix) && isPlace(item)),
    `must be ids like ${prefix}0123456789abcdef0, each with its region if that is another: ${prefix}…:eu-west-1`,
  )
}

function isPlace(text: string): boolean {
  const { value, region } = placeOf(text, '')
  return value !== '' && (region === '' ? !text.includes(':') : REGION.test(region))
}

/** Settings of machines at Amazon EC2, under the names of the Go autoscaler where that has them. */
export const awsOptions: z.ZodObject<{
  region: z.ZodString
  accessKeyId: z.ZodOptional<z.ZodString>
  secretAccessKey: z.ZodOptional<z.ZodString>
  instanceType: z.ZodDefault<z.ZodArray<z.ZodString>>
  amiId: z.ZodDefault<z.ZodString>
  subnets: z.ZodDefault<z.ZodArray<z.ZodString>>
  securityGroups: z.ZodDefault<z.ZodArray<z.ZodString>>
  iamInstanceProfileArn: z.ZodOptional<z.ZodString>
  sshKeyName: z.ZodOptional<z.ZodString>
  tags: z.ZodDefault<z.ZodRecord<z.ZodString, z.ZodString>>
  useSpotInstances: z.ZodDefault<z.ZodBoolean>
  spotFallback: z.ZodDefault<z.ZodBoolean>
  spotLabel: z.ZodDefault<z.ZodString>
  volumeSize: z.ZodOptional<z.ZodInt>
  instanceId: z.ZodDefault<z.ZodArray<z.ZodString>>
}> = z
  .object({
    region: z
      .string()
      .regex(REGION, 'must be a region, like eu-central-1')
      .meta({ envAliases: ['AWS_REGION', 'AWS_DEFAULT_REGION'] })
      .describe('Where machines run, unless a machine type or an id says otherwise'),
    accessKeyId: z
      .string()
      .min(1)
      .optional()
      .meta({ defaultText: 'as the AWS tools find it', placeholder: 'id' })
      .describe('Key of the account; without it the usual places are looked at: environment, profile, role'),
    secretAccessKey: secret()
      .optional()
      .meta({ secret: true, placeholder: 'key' })
      .describe('The secret half of the key'),
    instanceType: list()
      .refine(
        (items) => items.every((item) => INSTANCE_TYPE.test(placeOf(item, '').value) && isPlace(item)),
        'must be machine types like t3.large, each with its region if that is another: t3.large:eu-west-1',
      )
      .default([])
      .meta({ placeholder: 'type[:region],…' })
      .describe('Machine types in the order to try; all of one architecture'),
    amiId: z
      .string()
      .regex(
        AMI,
        'must be an id (ami-…), an SSM parameter (/…) or one of ubuntu-24.04-server, debian-12, amazon, suse',
      )
      .default('ubuntu-24.04-server')
      .meta({ placeholder: 'image' })
      .describe(
        'Image: an id, the path of an SSM parameter, or ubuntu-24.04-server, debian-12, amazon or suse',
      ),
    subnets: ids('subnet-')
      .default([])
      .meta({ placeholder: 'subnet-…' })
      .describe('Subnets in the order to try; without any, the default one of the region'),
    securityGroups: ids('sg-')
      .default([])
      .meta({ placeholder: 'sg-…' })
      .describe('Security groups of the machines; without any, the default one of the network'),
    iamInstanceProfileArn: z
      .string()
      .startsWith('arn:', 'must begin with arn:')
      .optional()
      .meta({ placeholder: 'arn' })
      .describe('Instance profile of the machines; user data then leaves the metadata service open to them'),
    sshKeyName: z
      .string()
      .min(1)
      .optional()
      .meta({ env: 'WOODPECKER_AWS_SSH_KEYNAME', placeholder: 'name' })
      .describe('Key pair that may log in'),
    tags: keyValues()
      .refine(
        (tags) => !Object.keys(tags).some((key) => OURS.test(key)),
        'must not hold Name, nor tags that begin with aws: or wp.autoscaler/',
      )
      .default({})
      .describe('Further tags of machines and their disks'),
    useSpotInstances: z
      .boolean()
      .default(false)
      .describe('Spot machines: cheaper, and taken back by AWS with two minutes’ notice, jobs and all'),
    spotFallback: z
      .boolean()
      .default(false)
      .describe('Where there is no spot machine to be had, take an ordinary one'),
    spotLabel: z
      .string()
      .regex(SPOT_LABEL, 'must be one label, like spot=true, or none')
      .default('spot=true')
      .meta({ placeholder: 'key=value' })
      .describe(
        'Only tasks with this label run in a pool of spot machines; none: any task, which may be lost',
      ),
    volumeSize: z
      .int()
      .min(1)
      .max(65_536)
      .optional()
      .meta({ defaultText: 'that of the image', placeholder: 'GiB' })
      .describe('Size of the disk'),
    instanceId: ids('i-')
      .refine((items) => new Set(items).size === items.length, 'must name each once')
      .default([])
      .meta({ placeholder: 'i-…' })
      .describe(
        'Standing machines, made by hand: started for tasks and stopped when idle, never ended; see --agent-id',
      ),
  })
  .refine(({ accessKeyId, secretAccessKey }) => !accessKeyId === !secretAccessKey, {
    path: ['secretAccessKey'],
    message: 'and --aws-access-key-id go together: set both or none',
  })
  .refine(({ instanceType, instanceId }) => instanceType?.length !== 0 || instanceId?.length !== 0, {
    path: ['instanceType'],
    message: 'is missing; set it, or name standing machines with --aws-instance-id',
    // With what else is missing, not after it.
    when: () => true,
  })

export type AwsOptions = z.output<typeof awsOptions>
