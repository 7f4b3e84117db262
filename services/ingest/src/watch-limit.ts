/** What the operator can do if Linux refuses to watch more folders, or more programs that watch. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/ENOSPC|no space left on device/i, 'too many folders: sudo sysctl fs.inotify.max_user_watches=1048576'],
  [/EMFILE|too many open files/i, 'too many programs that watch: sudo sysctl fs.inotify.max_user_instances=1024'],
];

/** Why a root can't be watched, and what helps; undefined if the cause is not a limit of the system. */
export function watchLimit(error: Error): string | undefined {
  const said = `${(error as NodeJS.ErrnoException).code ?? ''} ${error.message}`;
  return REMEDIES.find(([pattern]) => pattern.test(said))?.[1];
}
