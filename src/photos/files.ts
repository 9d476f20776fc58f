/** What the file work gives, or undefined where there is no such file: somebody else was quicker to remove it. */
export async function unlessAbsent<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch(unlessCode('ENOENT'));
}

/** For `catch`: swallows the one expected error code. */
export function unlessCode(expected: string) {
  return (error: unknown): undefined => {
    if ((error as NodeJS.ErrnoException).code !== expected) throw error;
  };
}
