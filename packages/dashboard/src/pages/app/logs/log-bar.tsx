import type { App } from '@berth/contract'
import { Button, Menu, NativeSelect } from '@mantine/core'
import {
  IconAdjustmentsHorizontal,
  IconCopy,
  IconDownload,
  IconEraser,
  IconPlayerPause,
  IconPlayerPlay,
} from '@tabler/icons-react'
import { announce, announceError } from '#parts/announce.ts'
import { copyText } from '#parts/copy-text.ts'
import { saveFile } from '#parts/save-file.ts'
import { shortInstanceId } from './instance-colours.ts'
import classes from './log.module.css'
import type { LogLooks } from './log-list.tsx'
import { plainText } from './log-text.ts'
import type { LogFilter } from './log-view.ts'
import type { Log } from './use-log.ts'

type Props = {
  app: App
  log: Log
  instances: readonly { id: string; service: string }[]
  filter: LogFilter
  onFilter(filter: LogFilter): void
  looks: LogLooks
  onLooks(looks: LogLooks): void
  isPaused: boolean
  onPause(isPaused: boolean): void
}

export function LogBar({ app, log, instances, filter, onFilter, looks, onLooks, isPaused, onPause }: Props) {
  const isChosenKnown = instances.some(({ id }) => id === filter.instanceId)
  return (
    <div className={classes.bar}>
      <NativeSelect
        aria-label="Instance"
        size="xs"
        value={filter.instanceId ?? ''}
        onChange={({ currentTarget: { value } }) => onFilter({ ...filter, instanceId: value || undefined })}
        data={[
          { value: '', label: 'All instances' },
          ...instances.map(({ id, service }) => ({ value: id, label: `${service} ${shortInstanceId(id)}` })),
          ...(filter.instanceId && !isChosenKnown
            ? [{ value: filter.instanceId, label: shortInstanceId(filter.instanceId) }]
            : []),
        ]}
      />
      <NativeSelect
        aria-label="Stream"
        size="xs"
        value={filter.stream ?? ''}
        onChange={({ currentTarget: { value } }) =>
          onFilter({ ...filter, stream: (value || undefined) as LogFilter['stream'] })
        }
        data={[
          { value: '', label: 'Both streams' },
          { value: 'stdout', label: 'stdout' },
          { value: 'stderr', label: 'stderr' },
        ]}
      />
      <Button
        size="xs"
        variant="default"
        aria-pressed={isPaused}
        leftSection={isPaused ? <IconPlayerPlay size={14} aria-hidden /> : <IconPlayerPause size={14} aria-hidden />}
        onClick={() => onPause(!isPaused)}
      >
        {isPaused ? 'Resume' : 'Pause'}
      </Button>
      <Menu position="bottom-end" shadow="md" closeOnItemClick={false}>
        <Menu.Target>
          <Button size="xs" variant="default" leftSection={<IconAdjustmentsHorizontal size={14} aria-hidden />}>
            View
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.CheckboxItem checked={looks.isWrapped} onChange={(isWrapped) => onLooks({ ...looks, isWrapped })}>
            Wrap long lines
          </Menu.CheckboxItem>
          <Menu.CheckboxItem checked={looks.hasTimes} onChange={(hasTimes) => onLooks({ ...looks, hasTimes })}>
            Show times
          </Menu.CheckboxItem>
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconCopy size={15} aria-hidden />}
            closeMenuOnClick
            onClick={() => void copyShown(log)}
          >
            Copy the lines shown
          </Menu.Item>
          <Menu.Item
            leftSection={<IconDownload size={15} aria-hidden />}
            closeMenuOnClick
            onClick={() => download(log, app.name)}
          >
            Download the lines shown
          </Menu.Item>
          <Menu.Item leftSection={<IconEraser size={15} aria-hidden />} closeMenuOnClick onClick={log.clear}>
            Clear this view
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}

/** As lines of text with time and instance, without colours. */
function* listShown({ ring, view: { rows } }: Log): Generator<string> {
  for (let index = 0; index < rows.length(); index++) {
    const line = ring.get(rows.at(index) ?? -1)
    if (!line) continue
    const source = line.instanceId ? `${line.service} ${shortInstanceId(line.instanceId)}` : 'berth'
    yield `${line.at} ${source} ${line.stream} ${plainText(line.text)}\n`
  }
}

async function copyShown(log: Log) {
  const lines = [...listShown(log)]
  if (await copyText(lines.join(''))) announce(`${lines.length.toLocaleString('en')} lines are copied`)
  else announceError(new Error('The browser does not allow it. Download the lines instead'), 'Nothing was copied')
}

function download(log: Log, app: string) {
  saveFile(`${app}-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.log`, [...listShown(log)])
}
