import { formatBytes, formatCpu, type MachineChoice } from '@berth/contract'
import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import sheet from '#parts/sheet.module.css'
import classes from './placement.module.css'
import { sortChoices } from './placement-words.ts'

const verdicts = { next: 'The next one goes here', possible: 'Could take one', excluded: 'Cannot take one' } as const

/** More are shown when they are asked for. */
const mostShown = 20

/** Every machine, whether it could take another instance, and why or why not. */
export function MachineChoices({ choices, service }: { choices: readonly MachineChoice[]; service: string }) {
  const [isWhole, setWhole] = useState(false)
  const sorted = sortChoices(choices)
  const shown = isWhole ? sorted : sorted.slice(0, mostShown)
  return (
    <>
      <table className={`${sheet.table} ${sheet.rows} ${classes.choices}`}>
        <caption className={sheet.hidden}>Machines that could take an instance of {service}</caption>
        <thead>
          <tr>
            <th scope="col">Machine</th>
            <th scope="col">Instances</th>
            <th scope="col">Another one</th>
            <th scope="col">Free</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((choice) => (
            <Choice key={choice.machine} choice={choice} />
          ))}
        </tbody>
      </table>
      {sorted.length > shown.length ? (
        <Button variant="default" size="xs" onClick={() => setWhole(true)}>
          Show all {sorted.length} machines
        </Button>
      ) : null}
    </>
  )
}

function Choice({
  choice: { machine, instances, verdict, reasons, freeCpuMillis, freeMemoryBytes },
}: {
  choice: MachineChoice
}) {
  return (
    <tr data-verdict={verdict}>
      <th scope="row">
        <Link to="/machines/$machine" params={{ machine }} className={sheet.link}>
          {machine}
        </Link>
      </th>
      <td data-label="Instances">{instances}</td>
      <td className={classes.verdict} data-wide>
        <strong>{verdicts[verdict]}</strong>
        <div className={sheet.soft}>{reasons.join('; ')}</div>
      </td>
      <td data-label="Free">
        {formatCpu(freeCpuMillis)} cores, {formatBytes(freeMemoryBytes)}
      </td>
    </tr>
  )
}
