import { formatBytes, type ProofLine, type Slimming, type SlimReport } from '@berth/contract'
import type { Context } from '../command.ts'
import { plainText } from '../terminal/plain-text.ts'
import { printFields } from '../terminal/print-fields.ts'
import { printTable } from '../terminal/print-table.ts'

type Printing = { willDeploy: boolean }

export function printSlimming(slimming: Slimming, printing: Printing, context: Context): void {
  const { report, image } = slimming
  if (!report) return
  const { before, after, squashedBytes, leftOut, proof } = report
  context.print('')
  printFields(
    [
      ['Image', image],
      ['Before', sizeOf(before)],
      ['After', `${sizeOf(after)}, ${shareOf(report)}`],
      [
        'Squashed',
        squashedBytes > 0 ? `${formatBytes(squashedBytes)} that later layers overwrite or delete` : 'nothing',
      ],
    ],
    context,
  )
  if (leftOut.length > 0) {
    title('Left out', context)
    printTable(leftOut, context, [
      { title: 'SIZE', cell: ({ sizeBytes }) => formatBytes(sizeBytes), isFixed: true },
      { title: 'FILES', cell: ({ files }) => files, isFixed: true },
      { title: 'WHAT', cell: ({ kind }) => kind.replaceAll('_', ' '), isFixed: true },
      { title: 'WHERE', cell: ({ examples }) => examples.join(', ') },
    ])
  }
  if (proof.length > 0) title('Proof', context)
  for (const line of proof) context.print(`  ${signOf(line, context)} ${plainText(line.text)}`)
  printOutcome(slimming, report, printing, context)
}

function printOutcome(
  { app }: Slimming,
  { outcome, image }: SlimReport,
  { willDeploy }: Printing,
  { print, note, terminal: { colors } }: Context,
) {
  print('')
  if (outcome === 'not_worth_it') print('Hardly anything would be saved, so the image stays as it is.')
  if (outcome === 'refused') {
    note(`${colors.red('✗')} The smaller image is not proven, and gone again. ${plainText(app)} goes on as it is.`)
  }
  if (outcome !== 'slimmed') return
  print(`${colors.green('✓')} Proven: ${plainText(image ?? '')}`)
  if (!willDeploy)
    print(`  Nothing was deployed. Deploy it: berth deploy --name ${plainText(app)} --image ${plainText(image ?? '')}`)
}

const sizeOf = ({ sizeBytes, layers }: SlimReport['before']) =>
  `${formatBytes(sizeBytes)} in ${layers === 1 ? '1 layer' : `${layers} layers`}`

function shareOf({ before, after }: SlimReport): string {
  const share = (before.sizeBytes - after.sizeBytes) / Math.max(before.sizeBytes, 1)
  return `${(share * 100).toFixed(1)} % smaller`
}

function signOf({ verdict }: ProofLine, { terminal: { colors } }: Context): string {
  if (verdict === 'same') return colors.green('✓')
  return verdict === 'note' ? colors.yellow('–') : colors.red('✗')
}

function title(text: string, { print, terminal }: Context) {
  print('')
  print(terminal.colors.bold(text))
}
