import { extract, type Header } from 'tar-stream'

/** A file, folder or link of a tar, with what is in it. */
export type TarEntry = AsyncIterable<Buffer> & { readonly header: Header; resume(): unknown }

/**
 * The entries of a tar that is pumped into the sink, each to be read before the next one is asked for; what was not read of
 * one is passed over. Whoever asks for no more ends the pump.
 */
export async function* untar(
  pump: (sink: NodeJS.WritableStream) => Promise<unknown>,
): AsyncGenerator<TarEntry, void, undefined> {
  const entries = extract()
  // The library's streams are not of Node's class, but keep its rules.
  const reading = pump(entries as unknown as NodeJS.WritableStream)
  // Awaited below; until then a failure also ends the loop.
  reading.catch(() => {})
  try {
    for await (const entry of entries) {
      yield entry as typeof entry & TarEntry
      entry.resume()
    }
    await reading
  } catch (error) {
    // What reading says is nearer to the cause than the stream that was cut off.
    await reading
    throw error
  } finally {
    entries.destroy()
    await reading.catch(() => {})
  }
}
