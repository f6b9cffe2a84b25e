import type Docker from 'dockerode'

const lines = 12

/** How Berth's own containers stand and what they said last: shown where a test fails because Berth was not there. */
export async function lastWords(docker: Docker): Promise<string> {
  const containers = await docker.listContainers({ all: true, filters: { label: ['berth.role'] } })
  const told = containers.map(async ({ Id, Names, Status }) => {
    const log = await docker.getContainer(Id).logs({ stdout: true, stderr: true, timestamps: true, tail: lines })
    const words = log.toString('utf8').trimEnd().split('\n')
    return [`${Names[0]?.slice(1)}: ${Status}`, ...words.map((line) => `  ${line.slice(0, 200)}`)].join('\n')
  })
  return (await Promise.all(told)).join('\n')
}
