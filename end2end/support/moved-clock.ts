// A server whose clock a test moves: libfaketime adds what stands in a file to every time that the program asks for. Browsers keep theirs.
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface MovedClock {
  /** What the server is started with. */
  settings: Record<string, string>;
  /** Moves it on; it goes on from there. */
  advance: (by: { days?: number; minutes?: number }) => void;
}

const LIBRARIES = "/usr/lib";

/** Debian's: `/usr/lib/x86_64-linux-gnu/faketime`, or of another architecture. */
function library(): string {
  const paths = readdirSync(LIBRARIES).map(folder => join(LIBRARIES, folder, "faketime/libfaketimeMT.so.1"));
  const found = paths.find(path => existsSync(path));
  if (found !== undefined) return found;
  throw new Error("libfaketime is missing: tools/setup.sh test installs it");
}

/** A clock that is right until it is moved; it lies in a folder of the test's. */
export function movedClock(folder: string): MovedClock {
  const file = join(folder, "clock");
  let seconds = 0;
  const write = (): void => {
    writeFileSync(file, `+${seconds.toString()}s`);
  };
  write();
  return {
    settings: {
      LD_PRELOAD: library(),
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: "1",
      // What waits for a while waits as long as it would: only the time of day is another one.
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      NO_FAKE_STAT: "1",
    },
    advance: ({ days = 0, minutes = 0 }) => {
      seconds += days * 86_400 + minutes * 60;
      write();
    },
  };
}
