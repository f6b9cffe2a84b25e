import { z } from 'zod'

export const userArgument = z.string().min(1, 'use an e-mail address or an id')
