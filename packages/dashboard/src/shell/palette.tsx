import { Spotlight, spotlight } from '@mantine/spotlight'
export default function Palette({ calls, onShortcuts }: { calls: number; onShortcuts: () => void }) {
  void [calls, onShortcuts, spotlight]
  return <Spotlight actions={[]} />
}
