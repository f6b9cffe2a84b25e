import { Button, Group } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { CopyButton } from '#parts/copy-button.tsx'
import classes from './settings.module.css'

export function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  return (
    <div className={classes.once}>
      <p className={classes.onceNote}>
        Each of these signs you in once, when the authenticator is lost. They are shown only now.
      </p>
      <ul className={classes.codes}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Group gap="xs">
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDownload size={14} aria-hidden />}
          onClick={() => download(codes)}
        >
          Download
        </Button>
        <CopyButton value={codes.join('\n')} label="all recovery codes" size={30} />
      </Group>
    </div>
  )
}

function download(codes: readonly string[]) {
  const text = `Recovery codes of Berth at ${location.host}. Each signs in once.\n\n${codes.join('\n')}\n`
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = 'berth-recovery-codes.txt'
  link.click()
  URL.revokeObjectURL(url)
}
