/** A folder that somebody gave to the page, looked into only when it is asked. */
export type FoundFolder = { kind: 'folder'; name: string; list(): Promise<Found[]> }
export type FoundFile = { kind: 'file'; name: string; open(): Promise<File> }
export type Found = FoundFolder | FoundFile

/** What was dropped. Call at once: the browser takes it back when the event is over. */
export function foundInDrop({ items, files }: Pick<DataTransfer, 'items' | 'files'>): Found[] {
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? [])
  return entries.length > 0 ? entries.map(fromEntry) : [...files].map(fromFile)
}

/** What was chosen with a dialog for a folder, whose files name the way to them. */
export function foundInChoice(files: Iterable<File>): Found[] {
  const root: Tree = new Map()
  for (const file of files) {
    const names = (file.webkitRelativePath || file.name).split('/')
    const folder = names.slice(0, -1).reduce(enter, root)
    folder.set(names.at(-1) ?? file.name, file)
  }
  return fromTree(root)
}

type Tree = Map<string, Tree | File>

function enter(folder: Tree, name: string): Tree {
  const found = folder.get(name)
  if (found instanceof Map) return found
  const made: Tree = new Map()
  folder.set(name, made)
  return made
}

const fromTree = (tree: Tree): Found[] =>
  [...tree].map(([name, inner]) =>
    inner instanceof Map
      ? { kind: 'folder', name, list: async () => fromTree(inner) }
      : { kind: 'file', name, open: async () => inner },
  )

const fromFile = (file: File): FoundFile => ({ kind: 'file', name: file.name, open: async () => file })

function fromEntry(entry: FileSystemEntry): Found {
  const { name } = entry
  return entry.isDirectory
    ? { kind: 'folder', name, list: () => listFolder(entry as FileSystemDirectoryEntry) }
    : { kind: 'file', name, open: () => openFile(entry as FileSystemFileEntry) }
}

const openFile = (entry: FileSystemFileEntry) => new Promise<File>((resolve, reject) => entry.file(resolve, reject))

/** A browser tells at most a hundred at a time, and an empty list after the last. */
async function listFolder(folder: FileSystemDirectoryEntry): Promise<Found[]> {
  const reader = folder.createReader()
  const found: Found[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return found
    found.push(...some.map(fromEntry))
  }
}
