/** "3, of which 1 may fail" */
export const describeManagers = (count: number, mayFail: number): string =>
  mayFail === 0 ? `${count}, of which none may fail` : `${count}, of which ${mayFail} may fail`
