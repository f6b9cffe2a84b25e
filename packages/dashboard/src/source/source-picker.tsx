import { formatBytes } from '@berth/contract'
import { Button } from '@mantine/core'
import { IconFileZip, IconFolder, IconUpload } from '@tabler/icons-react'
import { type DragEvent, useEffect, useId, useRef, useState } from 'react'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { type ChosenSource, chooseSource } from './chosen-source.ts'
import { type Found, foundInChoice, foundInDrop } from './found-folder.ts'
import classes from './source.module.css'

type Props = {
  chosen: ChosenSource | undefined
  /** What is wrong with having chosen nothing. */
  fault: string | undefined
  onChoose(chosen: ChosenSource | undefined): void
}

/** A folder or an archive, dropped or chosen; says what of it will be sent. */
export function SourcePicker({ chosen, fault, onChoose }: Props) {
  const { isReading, error, read } = useReading(onChoose)
  const [isOver, setOver] = useState(false)
  const faultId = useId()
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    read(foundInDrop(event.dataTransfer))
  }
  return (
    <div>
      <section
        id="field-files"
        className={classes.zone}
        aria-label="Source"
        aria-describedby={fault ? faultId : undefined}
        data-over={isOver || undefined}
        data-faulty={fault !== undefined || undefined}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        {isReading ? <Loading what="the folder" /> : chosen ? <Chosen chosen={chosen} /> : <Invitation />}
        <div className={classes.buttons}>
          <Choice isFolder onChoose={(files) => read(foundInChoice(files))} />
          <Choice onChoose={(files) => read(foundInChoice(files))} />
        </div>
      </section>
      {fault ? (
        <p id={faultId} className={classes.fault}>
          {fault}
        </p>
      ) : null}
      <ErrorBox error={error} title="That cannot be sent" />
    </div>
  )
}

const Invitation = () => (
  <p className={classes.words}>
    <IconUpload size={22} stroke={1.6} aria-hidden />
    <span>Drop a folder, a .zip or a .tar.gz here.</span>
  </p>
)

const mostNamed = 8

function Chosen({ chosen: { name, bytes, folder } }: { chosen: ChosenSource }) {
  const Icon = folder ? IconFolder : IconFileZip
  return (
    <div role="status">
      <p className={classes.words}>
        <Icon size={22} stroke={1.6} aria-hidden />
        <span>
          <strong>{name || 'What was dropped'}</strong>, {formatBytes(bytes.size)}
          {folder ? ` in ${folder.fileCount === 1 ? '1 file' : `${folder.fileCount.toLocaleString('en')} files`}` : ''}
        </span>
      </p>
      {folder && folder.leftOut.length > 0 ? (
        <details className={classes.leftOut}>
          <summary>
            {folder.leftOut.length.toLocaleString('en')} left out, as the ignore files and Berth have it
          </summary>
          <p>
            {folder.leftOut.slice(0, mostNamed).join(', ')}
            {folder.leftOut.length > mostNamed ? ', …' : ''}
          </p>
        </details>
      ) : null}
    </div>
  )
}

function Choice({ isFolder = false, onChoose }: { isFolder?: boolean; onChoose(files: File[]): void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button size="xs" variant="default" onClick={() => input.current?.click()}>
        {isFolder ? 'Choose a folder' : 'Choose an archive'}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        tabIndex={-1}
        aria-label={isFolder ? 'Folder' : 'Archive'}
        {...(isFolder ? { webkitdirectory: '' } : { accept: '.zip,.tar,.tgz,.gz' })}
        onChange={({ currentTarget }) => {
          onChoose([...(currentTarget.files ?? [])])
          // The same again is a choice too: its files may be other ones by now.
          currentTarget.value = ''
        }}
      />
    </>
  )
}

function useReading(onChoose: Props['onChoose']) {
  const [isReading, setReading] = useState(false)
  const [error, setError] = useState<unknown>()
  const current = useRef<AbortController>(undefined)
  useEffect(() => () => current.current?.abort(), [])

  async function read(found: readonly Found[]) {
    if (found.length === 0) return
    current.current?.abort()
    const stop = new AbortController()
    const { signal } = stop
    current.current = stop
    setReading(true)
    setError(undefined)
    try {
      const chosen = await chooseSource(found, signal)
      if (!signal.aborted) onChoose(chosen)
    } catch (thrown) {
      if (signal.aborted) return
      onChoose(undefined)
      setError(thrown)
    } finally {
      if (!signal.aborted) setReading(false)
    }
  }
  return { isReading, error, read: (found: readonly Found[]) => void read(found) }
}
