/**
 * Two calls of the operating system that Node has no name for. Absent on Windows, and wherever koffi has no build for
 * the machine: the writer then makes do with plain renames and without a lock.
 */
export interface Native {
  /** Swaps two directories in one step. False where kernel or file system cannot. */
  exchange(a: string, b: string): boolean;
  /** Takes a lock that the kernel lets go when the process ends, however it ends. False when another process has it. */
  tryLock(descriptor: number): boolean;
  /** The same, and waits for the other. */
  lock(descriptor: number): void;
}

/** From fcntl.h, sys/file.h and sys/stdio.h; the same on all architectures. */
const AT_FDCWD = -100;
const RENAME_EXCHANGE = 2;
const RENAME_SWAP = 2;
const LOCK_EX = 2;
const LOCK_NB = 4;
/** The system call, for C libraries that have no function for it: glibc before 2.28, most versions of musl. */
const SYS_RENAMEAT2: Partial<Record<NodeJS.Architecture, number>> = { x64: 316, arm64: 276 };

/** Loaded when it is first needed: koffi takes a few milliseconds. */
export function loadNative(): Native | undefined {
  if (process.platform !== 'linux' && process.platform !== 'darwin') return undefined;
  const koffi = orAbsent((): typeof import('koffi') => require('koffi'));
  if (!koffi) return undefined;
  const libc = koffi.load(null);
  const flock = libc.func('int flock(int fd, int operation)');
  return {
    exchange: process.platform === 'linux' ? linuxExchange(libc) : darwinExchange(libc),
    // A file system that knows no locks has nobody to wait for.
    tryLock: (descriptor) => call(flock, descriptor, LOCK_EX | LOCK_NB) || koffi.errno() !== koffi.os.errno.EWOULDBLOCK,
    lock: (descriptor) => {
      call(flock, descriptor, LOCK_EX);
    },
  };
}

type Library = ReturnType<typeof import('koffi').load>;

function linuxExchange(libc: Library): Native['exchange'] {
  const renameat2 = orAbsent(() =>
    libc.func('int renameat2(int olddir, const char *oldpath, int newdir, const char *newpath, unsigned int flags)'),
  );
  if (renameat2) return (a, b) => call(renameat2, AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE);
  const number = SYS_RENAMEAT2[process.arch];
  if (number === undefined) return () => false;
  const syscall = libc.func(
    'long syscall(long number, int olddir, const char *oldpath, int newdir, const char *newpath, unsigned int flags)',
  );
  return (a, b) => call(syscall, number, AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE);
}

function darwinExchange(libc: Library): Native['exchange'] {
  const renamex = libc.func('int renamex_np(const char *from, const char *to, unsigned int flags)');
  return (a, b) => call(renamex, a, b, RENAME_SWAP);
}

const call = (fn: ReturnType<Library['func']>, ...args: readonly (number | string)[]): boolean => fn(...args) === 0;

/** Undefined where the machine lacks the function or the library: the one failure after which there is another way. */
function orAbsent<T>(load: () => T): T | undefined {
  try {
    return load();
  } catch {
    return undefined;
  }
}
