const place = 'berth-shortcuts'

/** Keys without Ctrl get in the way of those who speak to their machine; they can be turned off. */
export const shortcutSetting = {
  isOn(): boolean {
    try {
      return localStorage.getItem(place) !== 'off'
    } catch {
      return true
    }
  },
  set(isOn: boolean) {
    try {
      localStorage.setItem(place, isOn ? 'on' : 'off')
    } catch {
      // Storage is forbidden: the keys stay on.
    }
  },
}
