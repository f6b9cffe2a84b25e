import { type CleanupRefusal, type CleanupStep, formatBytes } from '@berth/contract'
import type { Context } from '../command.ts'
import { printTable } from '../terminal/print-table.ts'
import { stepWords } from './words.ts'

export function printSteps(steps: readonly CleanupStep[], context: Context): void {
  printTable<CleanupStep>(steps, context, [
    { title: 'MACHINE', cell: ({ machine }) => machine, isFixed: true },
    { title: 'FREES', cell: ({ sizeBytes }) => formatBytes(sizeBytes), isFixed: true },
    { title: 'WHAT', cell: stepWords },
    { title: 'WHY', cell: ({ reason }) => reason },
  ])
}

export function printRefusals(refusals: readonly CleanupRefusal[], context: Context): void {
  for (const { machine, what, reason } of refusals) context.note(`Left on ${machine}: ${what}, as ${reason}`)
}
