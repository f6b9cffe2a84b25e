import { z } from 'zod'

/** 40 characters, so that `<app>-<service>-r<N>-<generation>` stays a DNS label (63). */
export const AppName = z
  .string()
  .regex(
    /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/,
    'use 1 to 40 of a-z, 0-9 and "-", starting with a letter and not ending with "-"',
  )
  .refine(
    (name) => !['berth', 'berth-edge', 'new'].includes(name),
    'use another name: "berth", "berth-edge" and "new" are taken by the platform',
  )

export const ServiceName = z
  .string()
  .regex(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/, 'use 1 to 12 of a-z, 0-9 and "-", starting with a letter')

export const ProjectName = AppName

const labelText = 'use 1 to 63 of a-z, 0-9, ".", "_" and "-", starting and ending with a letter or digit'
const label = /^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$/

/** Of a machine's label, such as `disk`. Lower case only: the engine compares values without regard to case. */
export const LabelName = z.string().regex(label, labelText)
export const LabelValue = z.string().regex(label, labelText)

export const EnvName = z
  .string()
  .max(200)
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, 'use letters, digits, "_", "." and "-", not starting with a digit')

/** A value may hold anything but NUL, which no process environment can carry. */
export const EnvValue = z
  .string()
  .max(65_536)
  .refine((value) => !value.includes('\0'), 'a value cannot contain NUL')

export const Port = z
  .int('use a whole number from 1 to 65535')
  .min(1, 'use a port from 1 to 65535')
  .max(65_535, 'use a port from 1 to 65535')

const hostLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

export const HostName = z
  .string()
  .max(253)
  .refine((name) => name.split('.').every((label) => hostLabel.test(label)), 'use a host name such as shop.example.org')

// The grammar of the distribution project (reference/regexp.go), anchored.
const domain =
  /(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::[0-9]+)?/
const pathComponent = /[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*/
const tag = /[\w][\w.-]{0,127}/
const digest = /[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}/
const imageRef = new RegExp(
  `^(?:${domain.source}/)?${pathComponent.source}(?:/${pathComponent.source})*(?::${tag.source})?(?:@${digest.source})?$`,
)

export const ImageRef = z
  .string()
  .max(255, 'an image name has at most 255 characters')
  .regex(imageRef, 'use an image name such as nginx:stable or registry.example.org/team/app:1.2')
